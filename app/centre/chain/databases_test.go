package chain

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/config"

	"counterfoil/app/casework"
)

// TestAStoreThatIsReadAfterItsEndIsEmpty: a goroutine of CometBFT that reads a
// closed store must not end the process.
func TestAStoreThatIsReadAfterItsEndIsEmpty(t *testing.T) {
	d := &databases{}
	db, err := d.provide(&config.DBContext{ID: "some", Config: config.DefaultConfig().SetRoot(t.TempDir())})
	if err != nil {
		t.Fatal(err)
	}
	key := []byte("key")
	if err := db.Set(key, key); err != nil {
		t.Fatal(err)
	}
	if value, err := db.Get(key); err != nil || string(value) != "key" {
		t.Fatalf("%s, %v", value, err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	if value, err := db.Get(key); err != nil || value != nil {
		t.Errorf("%s, %v", value, err)
	}
	if there, err := db.Has(key); err != nil || there {
		t.Errorf("%v, %v", there, err)
	}
}

// TestAStoreThatWasNeverFinishedIsBegunAnew, and one that was is left alone.
func TestAStoreThatWasNeverFinishedIsBegunAnew(t *testing.T) {
	dir := t.TempDir()
	half := filepath.Join(dir, "places.db")
	if err := errors.Join(os.Mkdir(half, 0o700), os.WriteFile(filepath.Join(half, "MANIFEST-000000"), []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
	x, err := openIndex(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.put(7, []casework.Digest{{1}}), x.close()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(half, "CURRENT")); err != nil {
		t.Fatal(err)
	}
	if _, err := openIndex(dir); err == nil {
		t.Fatal("a damaged store is taken for an empty one")
	}
	if left, err := filepath.Glob(filepath.Join(half, "*.l*")); err != nil || len(left) == 0 {
		t.Fatal("a damaged store was deleted")
	}
}
