-- The columns of every published table and view with their comments, tables first.
SELECT
    columns.table_name,
    coalesce(tables.comment, views.comment) AS description,
    tables.table_name IS NOT NULL AS is_table,
    tables.estimated_size AS row_count,
    columns.column_name,
    columns.data_type,
    columns.comment AS meaning
FROM duckdb_columns() AS columns
LEFT JOIN duckdb_tables() AS tables ON tables.table_oid = columns.table_oid
LEFT JOIN duckdb_views() AS views ON views.view_oid = columns.table_oid AND NOT views.internal
WHERE NOT columns.internal AND columns.database_name = current_database()
ORDER BY is_table DESC, columns.table_name, columns.column_index;
