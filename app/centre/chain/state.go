package chain

import (
	"crypto/sha256"
	"encoding/json"

	dbm "github.com/cometbft/cometbft-db"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// reader finds a record by its key; nil means there is none.
type reader interface {
	get(key string) ([]byte, error)
}

// disk is the committed state.
type disk struct{ db dbm.DB }

func (d disk) get(key string) ([]byte, error) { return d.db.Get([]byte(key)) }

// write makes the changes of a layer durable in one batch. It is not synced:
// after a power cut an older state is found, whole, and CometBFT replays the
// blocks that it lacks from its own store, which is synced.
func (d disk) write(l *layer) error {
	batch := d.db.NewBatch()
	defer batch.Close()
	for key, value := range l.changes {
		if err := batch.Set([]byte(key), value); err != nil {
			return err
		}
	}
	return batch.Write()
}

// layer is a set of changes over another state, kept in memory until it is
// written or dropped.
type layer struct {
	below   reader
	changes map[string][]byte
}

func over(below reader) *layer { return &layer{below: below, changes: map[string][]byte{}} }

func (l *layer) get(key string) ([]byte, error) {
	if v, ok := l.changes[key]; ok {
		return v, nil
	}
	return l.below.get(key)
}

// load reads a record as JSON and reports whether it is there.
func load(r reader, key string, into any) (bool, error) {
	raw, err := r.get(key)
	if err != nil || raw == nil {
		return false, err
	}
	return true, json.Unmarshal(raw, into)
}

func (l *layer) save(key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	l.changes[key] = raw
	return nil
}

// head is where the application stands.
type head struct {
	Height int64           `json:"height"`
	Hash   casework.Digest `json:"hash"`
}

// extend returns the application hash after one more recorded transaction.
func extend(hash, recorded casework.Digest) casework.Digest {
	return sha256.Sum256(append(hash[:], recorded[:]...))
}

// caseRecord is what the ledger keeps of a case: its standing, and the digests
// of its entries in order, which the submission is checked against.
type caseRecord struct {
	Standing casework.Standing `json:"standing"`
	Entries  []casework.Digest `json:"entries"`
}

// The keys of the records, one letter a kind.
const headKey = "h"

func caseKey(id casework.CaseID) string      { return "c/" + string(id) }
func grantKey(id casework.GrantID) string    { return "g/" + string(id) }
func keyKey(id protocol.KeyID) string        { return "k/" + string(id) }
func entryKey(digest casework.Digest) string { return "e/" + digest.String() }
