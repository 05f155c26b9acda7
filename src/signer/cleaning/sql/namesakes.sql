-- How many persons of the register have the name of a shot: the rarer it is, the more it tells.
CREATE TEMP TABLE namesakes AS
WITH names AS (SELECT DISTINCT name FROM asked WHERE name IS NOT NULL)
SELECT name, count(*) AS namesakes
FROM name_rows JOIN names ON full_name_key = name
GROUP BY name;
