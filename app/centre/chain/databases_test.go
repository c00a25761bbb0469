package chain

import (
	"testing"

	"github.com/cometbft/cometbft/config"
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
