package journal

import (
	"context"
	"database/sql"
	"errors"

	"counterfoil/app/casework"
)

// LastDay returns the local day (YYYYMMDD) of the case that was opened last; ""
// when the journal holds none.
func (j *Journal) LastDay(ctx context.Context) (day string, err error) {
	err = j.reader.QueryRowContext(ctx, "SELECT day FROM cases ORDER BY row DESC LIMIT 1").Scan(&day)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return day, fault(err)
}

// Holds reports whether the journal has a case, whatever state it is in.
func (j *Journal) Holds(ctx context.Context, id casework.CaseID) (there bool, err error) {
	err = j.reader.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM cases WHERE id = ?)", id).Scan(&there)
	return there, fault(err)
}
