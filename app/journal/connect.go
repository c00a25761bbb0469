package journal

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// connector opens connections of one kind. It spares a global registration of
// drivers.
type connector struct {
	dsn string
	sql *sqlite3.SQLiteDriver
}

// Connect opens one connection.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.sql.Open(c.dsn) }

// Driver returns SQLite's driver.
func (c connector) Driver() driver.Driver { return c.sql }

// connect returns a pool of connections to the database at path. On each one that
// is opened the sums of rows are known and pragmas are set.
func connect(path string, settings url.Values, pragmas []string, sums summer, connections int) *sql.DB {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a drive letter
		slashed = "/" + slashed
	}
	dsn := (&url.URL{Scheme: "file", Path: slashed, RawQuery: settings.Encode()}).String()
	hook := func(c *sqlite3.SQLiteConn) error {
		if err := c.RegisterFunc(sumName, sums.sum, true); err != nil {
			return err
		}
		for _, p := range append([]string{"temp_store = MEMORY"}, pragmas...) { // what it sorts lies in no file
			if _, err := c.Exec("PRAGMA "+p, nil); err != nil {
				return err
			}
		}
		return nil
	}
	db := sql.OpenDB(connector{dsn: dsn, sql: &sqlite3.SQLiteDriver{ConnectHook: hook}})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// writing returns the settings of the one connection that writes. FULL, because
// NORMAL loses acknowledged transactions in a power cut (the control of
// TestAPowerCutAnywhereLosesNothingAcknowledged proves it); immediate, because a
// transaction that begins with reading cannot wait for its turn to write.
func writing() url.Values {
	return url.Values{
		"_synchronous":     {"FULL"},
		"_secure_delete":   {"on"},
		"_txlock":          {"immediate"},
		"_busy_timeout":    {"5000"},
		"_stmt_cache_size": {"64"},
	}
}

// reading returns the settings of the pool beside it.
func reading() url.Values {
	return url.Values{
		"mode":             {"ro"},
		"_query_only":      {"on"},
		"_busy_timeout":    {"5000"},
		"_stmt_cache_size": {"32"},
	}
}
