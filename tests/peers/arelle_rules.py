"""The Danish filing rules as Arelle's plugin judges them: seconds for each file.

    python tests/peers/arelle_rules.py PACKAGE FILE…

One line per file: seconds to load and validate it, then the errors, sorted. Left out, to
Arelle's advantage, is what is no filing rule: formulas, and the validity of the taxonomy itself.
"""

import sys
import time

from arelle import FileSource, PluginManager, Validate
from arelle.ModelFormulaObject import FormulaOptions
from arelle.ValidateXbrlDTS import ValidateBaseTaxonomiesMode
from arelle_facts import controller


def main() -> None:
    """Load and validate each file."""
    package, *files = sys.argv[1:]
    cntlr = controller([package])
    PluginManager.addPluginModule("validate/DBA")
    PluginManager.reset()
    manager = cntlr.modelManager
    manager.loadCustomTransforms()
    manager.formulaOptions = FormulaOptions()
    manager.baseTaxonomyValidationMode = ValidateBaseTaxonomiesMode.NONE
    manager.validateDisclosureSystem = True
    manager.disclosureSystem.select("arl-2024-preview")
    for file in files:
        began = time.perf_counter()
        model = manager.load(FileSource.openFileSource(file, cntlr))
        model.hasFormulae = False
        Validate.Validate(model).validate()
        seconds = time.perf_counter() - began
        codes = sorted({error for error in model.errors if isinstance(error, str)})
        manager.close(model)
        print(f"{seconds:.3f}", *codes, flush=True)  # noqa: T201  this is its output


if __name__ == "__main__":
    main()
