/** The head of a table: its columns, and one more for what can be done with a row, which only a screen reader is told of. */
export function TableHead({ columns, deeds }: { columns: readonly string[]; deeds: string }) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
        <th scope="col" class="end">
          <span class="hidden-visually">{deeds}</span>
        </th>
      </tr>
    </thead>
  );
}
