"""The annual report as a page: one self-contained inline XBRL document."""
