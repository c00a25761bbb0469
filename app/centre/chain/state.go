package chain

import (
	"slices"

	"github.com/fxamacker/cbor/v2"

	"counterfoil/app/protocol"
)

// reader finds a record by its path; nil means there is none.
type reader interface {
	get(path string) ([]byte, error)
}

// layer is a set of changes over another state, kept in memory until it is
// written or dropped.
type layer struct {
	below   reader
	changes map[string][]byte
}

func over(below reader) *layer { return &layer{below: below, changes: map[string][]byte{}} }

func (l *layer) get(path string) ([]byte, error) {
	if v, ok := l.changes[path]; ok {
		return v, nil
	}
	return l.below.get(path)
}

// changed returns the paths of the changes in one order for all nodes.
func (l *layer) changed() []string {
	paths := make([]string, 0, len(l.changes))
	for path := range l.changes {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// load reads a record and reports whether it is there. The bytes are this
// application's own, so they are not checked for being in their one encoding.
func load(r reader, path string, into any) (bool, error) {
	raw, err := r.get(path)
	if err != nil || raw == nil {
		return false, err
	}
	return true, cbor.Unmarshal(raw, into)
}

func (l *layer) save(path string, v any) error {
	raw, err := protocol.Marshal(v)
	if err != nil {
		return err
	}
	l.changes[path] = raw
	return nil
}
