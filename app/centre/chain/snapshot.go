package chain

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/cosmos/iavl"
	"github.com/fxamacker/cbor/v2"

	"counterfoil/app/protocol"
)

const (
	snapshotFormat = 1
	chunkBytes     = 4 << 20 // CometBFT carries chunks of at most 16 MB
	kept           = 2       // snapshots: one may be under way to a node while the next is made
)

// snapshots are the states of some heights as files, for nodes that join: a
// folder a height, with the chunks and, last, what they are. Half a snapshot has
// no such file and is deleted.
type snapshots struct {
	dir   string
	every int64 // blocks; 0: none are made
	log   *slog.Logger

	making sync.WaitGroup
	mu     sync.Mutex
	under  bool
	first  int64 // height of the oldest one, 0: there is none. Asked for with every block
	quit   chan struct{}
	once   sync.Once
}

// snapshot describes one. Its hash is over the hashes of its chunks.
type snapshot struct {
	Height int64    `json:"height"`
	Format uint32   `json:"format"`
	Chunks [][]byte `json:"chunks"` // SHA-256 of each
}

func (s snapshot) hash() []byte {
	h := sha256.New()
	for _, c := range s.Chunks {
		h.Write(c)
	}
	return h.Sum(nil)
}

func openSnapshots(dir string, every int64, log *slog.Logger) *snapshots {
	s := &snapshots{dir: dir, every: every, log: log, quit: make(chan struct{})}
	s.first = oldestOf(s.list())
	return s
}

func oldestOf(list []snapshot) int64 {
	if len(list) == 0 {
		return 0
	}
	return list[0].Height
}

func (s *snapshots) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.under
}

// due starts a snapshot where one is due. It is made beside the chain's work:
// the version it reads is kept meanwhile.
func (s *snapshots) due(t *tree) error {
	height := t.height()
	if s.every == 0 || height%s.every != 0 || s.busy() {
		return nil
	}
	at, err := t.tree.GetImmutable(height)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.under = true
	s.mu.Unlock()
	s.making.Go(func() {
		err := s.make(at, height)
		if err != nil && !errors.Is(err, ErrStopped) {
			s.log.Error("a snapshot of the state was not made", "height", height, "err", err)
		}
		first := oldestOf(s.list())
		s.mu.Lock()
		defer s.mu.Unlock()
		s.under, s.first = false, first
	})
	return nil
}

func (s *snapshots) folder(height int64) string {
	return filepath.Join(s.dir, strconv.FormatInt(height, 10))
}

const aboutSnapshot = "snapshot.json"

func (s *snapshots) make(at *iavl.ImmutableTree, height int64) error {
	dir := s.folder(height)
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	about, err := s.write(at, dir, height)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	raw, err := json.Marshal(about)
	if err != nil {
		return err
	}
	if err := writeSynced(filepath.Join(dir, aboutSnapshot), raw); err != nil {
		return err
	}
	list := s.list()
	for _, old := range list[:max(0, len(list)-kept)] {
		if err := os.RemoveAll(s.folder(old.Height)); err != nil {
			return err
		}
	}
	return nil
}

// write exports the tree's nodes, in the order in which they are imported.
func (s *snapshots) write(at *iavl.ImmutableTree, dir string, height int64) (snapshot, error) {
	about := snapshot{Height: height, Format: snapshotFormat}
	nodes, err := at.Export()
	if err != nil {
		return about, err
	}
	defer nodes.Close()
	var chunk []byte
	flush := func() error {
		sum := sha256.Sum256(chunk)
		about.Chunks = append(about.Chunks, sum[:])
		err := writeSynced(filepath.Join(dir, strconv.Itoa(len(about.Chunks)-1)), chunk)
		chunk = chunk[:0]
		return err
	}
	for {
		select {
		case <-s.quit:
			return about, ErrStopped
		default:
		}
		n, err := nodes.Next()
		if errors.Is(err, iavl.ErrorExportDone) {
			return about, flush()
		}
		if err != nil {
			return about, err
		}
		raw, err := protocol.Marshal(wireNode{n.Key, n.Value, n.Version, n.Height})
		if err != nil {
			return about, err
		}
		if chunk = append(chunk, raw...); len(chunk) >= chunkBytes {
			if err := flush(); err != nil {
				return about, err
			}
		}
	}
}

// wireNode is a node of the tree in a chunk.
type wireNode struct {
	Key     []byte `cbor:"1,keyasint"`
	Value   []byte `cbor:"2,keyasint"` // null: an inner node
	Version int64  `cbor:"3,keyasint"`
	Height  int8   `cbor:"4,keyasint"`
}

// nodesOf reads a chunk.
func nodesOf(chunk []byte) ([]*iavl.ExportNode, error) {
	var list []*iavl.ExportNode
	for len(chunk) > 0 {
		var n wireNode
		rest, err := cbor.UnmarshalFirst(chunk, &n)
		if err != nil {
			return nil, fmt.Errorf("chain: a snapshot's chunk: %w", err)
		}
		list, chunk = append(list, &iavl.ExportNode{Key: n.Key, Value: n.Value, Version: n.Version, Height: n.Height}), rest
	}
	return list, nil
}

// list returns the whole snapshots, the oldest first.
func (s *snapshots) list() []snapshot {
	entries, _ := os.ReadDir(s.dir) // none: no snapshot
	var list []snapshot
	for _, e := range entries {
		raw, err := os.ReadFile(filepath.Join(s.dir, e.Name(), aboutSnapshot))
		var one snapshot
		if err == nil && json.Unmarshal(raw, &one) == nil {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b snapshot) int { return int(a.Height - b.Height) })
	return list
}

// oldest returns the height of the oldest snapshot, 0 when there is none.
func (s *snapshots) oldest() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.every == 0 {
		return 0
	}
	return s.first
}

// close ends a snapshot that is being made and waits for it.
func (s *snapshots) close() {
	s.once.Do(func() { close(s.quit) })
	s.making.Wait()
}

func writeSynced(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}
