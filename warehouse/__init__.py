"""Tables, Parquet storage, the operations database."""
