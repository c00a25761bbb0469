package chain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/iavl"
)

// restoring is a snapshot that is being taken over.
type restoring struct {
	about snapshot
	hash  []byte // of the application, which a header that the node trusts names
	next  int
	into  *iavl.Importer
}

// ListSnapshots offers this node's snapshots to one that joins.
func (a *app) ListSnapshots(context.Context, *abci.RequestListSnapshots) (*abci.ResponseListSnapshots, error) {
	var r abci.ResponseListSnapshots
	for _, s := range a.shots.list() {
		about, err := json.Marshal(s.Chunks)
		if err != nil {
			return nil, err
		}
		r.Snapshots = append(r.Snapshots, &abci.Snapshot{Height: uint64(s.Height), Format: s.Format, Chunks: uint32(len(s.Chunks)), Hash: s.hash(), Metadata: about})
	}
	return &r, nil
}

// LoadSnapshotChunk hands a chunk to a node that joins.
func (a *app) LoadSnapshotChunk(_ context.Context, req *abci.RequestLoadSnapshotChunk) (*abci.ResponseLoadSnapshotChunk, error) {
	raw, err := os.ReadFile(filepath.Join(a.shots.folder(int64(req.Height)), strconv.Itoa(int(req.Chunk))))
	if err != nil {
		return &abci.ResponseLoadSnapshotChunk{}, nil // gone meanwhile: the other side asks elsewhere
	}
	return &abci.ResponseLoadSnapshotChunk{Chunk: raw}, nil
}

// OfferSnapshot takes a snapshot whose description is whole. Its content is
// believed only when the tree that it makes has the hash of a header that the
// node trusts.
func (a *app) OfferSnapshot(_ context.Context, req *abci.RequestOfferSnapshot) (*abci.ResponseOfferSnapshot, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	about := snapshot{Height: int64(req.Snapshot.Height), Format: req.Snapshot.Format}
	if about.Format != snapshotFormat {
		return &abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_REJECT_FORMAT}, nil
	}
	if json.Unmarshal(req.Snapshot.Metadata, &about.Chunks) != nil || len(about.Chunks) != int(req.Snapshot.Chunks) || !bytes.Equal(about.hash(), req.Snapshot.Hash) {
		return &abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_REJECT}, nil
	}
	into, err := a.tree.tree.Import(about.Height)
	if err != nil {
		return nil, err
	}
	a.restoring = &restoring{about: about, hash: req.AppHash, into: into}
	return &abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_ACCEPT}, nil
}

// ApplySnapshotChunk takes the chunks, in their order.
func (a *app) ApplySnapshotChunk(_ context.Context, req *abci.RequestApplySnapshotChunk) (*abci.ResponseApplySnapshotChunk, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.restoring
	if r == nil || int(req.Index) != r.next {
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_RETRY_SNAPSHOT}, nil
	}
	if sum := sha256.Sum256(req.Chunk); !bytes.Equal(sum[:], r.about.Chunks[r.next]) {
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_RETRY, RefetchChunks: []uint32{req.Index}, RejectSenders: []string{req.Sender}}, nil
	}
	nodes, err := nodesOf(req.Chunk)
	if err != nil {
		return a.reject(), nil
	}
	for _, n := range nodes {
		if err := r.into.Add(n); err != nil {
			return a.reject(), nil
		}
	}
	if r.next++; r.next < len(r.about.Chunks) {
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ACCEPT}, nil
	}
	return a.restored(r)
}

// restored ends the taking over. A tree of another hash than the trusted
// header's must not stay: the node's folder is then to be made anew.
func (a *app) restored(r *restoring) (*abci.ResponseApplySnapshotChunk, error) {
	err := r.into.Commit()
	r.into.Close()
	a.restoring = nil
	if err != nil {
		return nil, err
	}
	if _, err := a.tree.tree.Load(); err != nil {
		return nil, err
	}
	if !bytes.Equal(a.tree.hash(), r.hash) {
		if err := a.tree.tree.DeleteVersionsFrom(0); err != nil {
			return nil, err
		}
		return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ABORT}, nil
	}
	if err := a.tree.reload(); err != nil {
		return nil, err
	}
	a.check = over(a.tree)
	return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_ACCEPT}, nil
}

func (a *app) reject() *abci.ResponseApplySnapshotChunk {
	a.restoring.into.Close()
	a.restoring = nil
	return &abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_REJECT_SNAPSHOT}
}
