"""Reading and writing files: CSV, Excel, Parquet, GeoPackage. The dictionary types what is read."""
