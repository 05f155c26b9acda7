-- Refused shots as cells, each with the best suggestion for it.
CREATE TEMP TABLE best AS
SELECT key, suggestion FROM suggestion_rows
QUALIFY row_number() OVER (PARTITION BY key ORDER BY score DESC, suggestion) = 1;
CREATE TEMP TABLE refused AS
SELECT refused_rows.* EXCLUDE (key), coalesce(suggestion, '') AS suggestion
FROM refused_rows LEFT JOIN best USING (key);
