package journal

import (
	"context"
	"database/sql"
)

// all returns what one makes of each row of a query. Its errors are faults.
func all[T any](ctx context.Context, q querier, one func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fault(err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := one(rows)
		if err != nil {
			return nil, fault(err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fault(err)
	}
	return list, nil
}

// itself reads a row of a single column.
func itself[T any](rows *sql.Rows) (v T, err error) {
	err = rows.Scan(&v)
	return v, err
}
