/** Numbers of a JSON list with their places, as the statements of src/store/sqlite/data ask for them. */
export const LIST = `
  CREATE FUNCTION listed(list text) RETURNS TABLE (key bigint, value bigint) LANGUAGE sql IMMUTABLE AS $$
    SELECT ordinality - 1, item::bigint FROM json_array_elements_text(list::json) WITH ORDINALITY AS e (item)
  $$;
`;
