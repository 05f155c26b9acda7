-- Refused shots as cells, each with the suggestion for its row: a shot_id may be another's, too.
CREATE TEMP TABLE refused AS
SELECT refused_rows.*, coalesce(suggestion, '') AS suggestion
FROM refused_rows LEFT JOIN suggestion_rows USING (row);
