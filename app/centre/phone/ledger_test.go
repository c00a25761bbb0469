package phone_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"slices"
	"sync"
	"testing"
	"time"

	cometed25519 "github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"

	"counterfoil/app/casework"
	"counterfoil/app/centre/phone"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/receipt"
)

// book is a ledger of one block, made by CometBFT's own types and signed by four
// validators: a case of six entries, and what a lying server makes of it.
type book struct {
	mu      sync.Mutex
	id      casework.CaseID
	salt    casework.Salt
	grant   casework.Grant
	entries []casework.Entry
	key     crypto.Signer
	raw     [][]byte
	receipt []receipt.Receipt
	trust   []byte
	shown   int                          // how many of the entries are there by now
	lie     func(*protocol.LedgerProven) // about every proof
	lied    func(*casework.Grant)        // about what was read
	foreign []byte                       // another trust document
}

// newBook writes a case of SAMPLE-0001. seed tells chains apart.
func newBook(t testing.TB, seed string) *book {
	t.Helper()
	return newBookBy(t, seed, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
}

// newBookBy is newBook of a counter whose key is of any suite.
func newBookBy(t testing.TB, seed string, key crypto.Signer) *book {
	t.Helper()
	public, err := protocol.PublicOf(key)
	if err != nil {
		t.Fatal(err)
	}
	suite := public.Suite
	b := &book{key: key, id: casework.CaseID(protocol.NewID()), salt: protocol.NewSalt(), grant: casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: "SAMPLE-0001", Hall: "dongcheng", Salt: protocol.NewSalt(),
		Needs: []casework.LicenceNeed{{Kind: "business-licence", Fields: []casework.FieldID{"name", "credit_code"}}}}}
	item := suite.CommitItem(b.grant.Salt, b.grant.Item)
	some := suite.Commit(b.salt, []byte("x"))
	b.add(t, casework.Opened, casework.Body{Item: suite.CommitItem(b.salt, "SAMPLE-0001"), Demands: casework.Demands{Signature: true}})
	b.add(t, casework.Authorized, casework.Body{Item: item, Grant: b.grant.ID, Method: casework.ByQR})
	b.add(t, casework.Retrieved, casework.Body{Item: item, Grant: b.grant.ID, Licences: []casework.LicenceCommitment{{Kind: suite.CommitKind(b.grant.Salt, "business-licence"), Original: some}}})
	b.add(t, casework.Confirmed, casework.Body{Fields: some, Picture: some})
	b.add(t, casework.Signed, casework.Body{Confirmation: casework.Digest(some), Ink: some})
	b.add(t, casework.Submitted, casework.Body{Whole: suite.WholeOf(b.digests())})
	b.seal(t, seed)
	b.shown = len(b.raw)
	return b
}

func (b *book) digests() (list []casework.Digest) {
	for _, raw := range b.raw {
		list = append(list, protocol.DigestOf(raw))
	}
	return list
}

func (b *book) add(t testing.TB, kind casework.StepKind, body casework.Body) {
	t.Helper()
	n := len(b.raw)
	e := casework.Entry{Chain: "counterfoil-<test>", Case: b.id, Seq: n + 1, Kind: kind, Time: time.Date(2026, 11, 23, 2, 12, n, 0, time.UTC), Hall: "dongcheng", Counter: "12", Clerk: "clerk-7f3a", Body: body}
	if n > 0 {
		e.Prev = b.digests()[n-1]
	}
	raw, _, err := protocol.SignEntry(b.key, e)
	if err != nil {
		t.Fatal(err)
	}
	b.raw, b.entries = append(b.raw, raw), append(b.entries, e)
}

// seal puts all entries into one block and has it signed, three minutes later.
func (b *book) seal(t testing.TB, seed string) {
	t.Helper()
	keys, list := map[string]cometed25519.PrivKey{}, []*types.Validator{}
	for i := range 4 {
		k := cometed25519.GenPrivKeyFromSecret([]byte(seed + string(rune('a'+i))))
		v := types.NewValidator(k.PubKey(), int64(10+i))
		keys[string(v.Address)], list = k, append(list, v)
	}
	set, txs := types.NewValidatorSet(list), types.Txs{}
	for _, raw := range b.raw {
		txs = append(txs, raw)
	}
	filled := func(s string) []byte { d := protocol.DigestOf([]byte(s)); return d[:] }
	h := types.Header{Version: version.Consensus{Block: 11, App: 1}, ChainID: "counterfoil-<test>", Height: 4711, Time: time.Date(2026, 11, 23, 2, 15, 0, 7, time.UTC),
		LastBlockID: types.BlockID{Hash: filled("last"), PartSetHeader: types.PartSetHeader{Total: 1, Hash: filled("parts")}}, LastCommitHash: filled("c"), DataHash: txs.Hash(),
		ValidatorsHash: set.Hash(), NextValidatorsHash: set.Hash(), ConsensusHash: filled("k"), AppHash: filled("a"), LastResultsHash: filled("r"), EvidenceHash: filled("e"), ProposerAddress: set.Validators[0].Address}
	block := types.BlockID{Hash: h.Hash(), PartSetHeader: types.PartSetHeader{Total: 2, Hash: filled("own parts")}}
	sealed := receipt.Sealed{Round: 1, Parts: receipt.Parts{Total: 2, Hash: filled("own parts")}, Header: receipt.Header{BlockVersion: 11, AppVersion: 1, ChainID: h.ChainID, Height: h.Height, Time: h.Time.UnixNano(),
		LastBlock: receipt.BlockID{Hash: filled("last"), Parts: receipt.Parts{Total: 1, Hash: filled("parts")}}, LastCommitHash: filled("c"), DataHash: receipt.Hex(h.DataHash), ValidatorsHash: set.Hash(), NextValidatorsHash: set.Hash(),
		ConsensusHash: filled("k"), AppHash: filled("a"), LastResultsHash: filled("r"), EvidenceHash: filled("e"), ProposerAddress: receipt.Hex(h.ProposerAddress)}}
	trust := receipt.Trust{ChainID: h.ChainID}
	for i, v := range set.Validators {
		at := h.Time.Add(time.Duration(i+1) * time.Second)
		vote := types.Vote{Type: cmtproto.PrecommitType, Height: h.Height, Round: 1, BlockID: block, Timestamp: at, ValidatorAddress: v.Address, ValidatorIndex: int32(i)}
		signature, err := keys[string(v.Address)].Sign(types.VoteSignBytes(h.ChainID, vote.ToProto()))
		if err != nil {
			t.Fatal(err)
		}
		sealed.Signatures = append(sealed.Signatures, &receipt.Signature{Time: at.UnixNano(), Bytes: signature})
		trust.Validators = append(trust.Validators, receipt.Validator{Key: v.PubKey.Bytes(), Power: v.VotingPower})
	}
	for _, path := range receipt.PathsOf(b.raw) {
		b.receipt = append(b.receipt, receipt.Receipt{Format: receipt.Format, Path: path, Sealed: sealed})
	}
	var err error
	if b.trust, err = trust.Encode(); err != nil {
		t.Fatal(err)
	}
}

func (b *book) change(f func()) { b.mu.Lock(); defer b.mu.Unlock(); f() }

// link is what the QR of the pad's last screen says, without the host.
func (b *book) link() string { return "/v/" + string(b.id) + "#" + protocol.ReceiptFragment(b.salt) }

// ledger delivers the book, with the lies that are asked for.
func (b *book) ledger() phone.Ledger {
	return phone.Ledger{
		Trust: func() []byte {
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.foreign != nil {
				return b.foreign
			}
			return b.trust
		},
		Proof: func(_ context.Context, d casework.Digest) (*protocol.LedgerProven, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			i := slices.Index(b.digests(), d)
			if i < 0 || i >= b.shown {
				return nil, nil
			}
			raw, err := b.receipt[i].Encode()
			p := &protocol.LedgerProven{Entry: slices.Clone(b.raw[i]), Receipt: raw}
			if b.lie != nil {
				b.lie(p)
			}
			return p, err
		},
		Case: func(_ context.Context, id casework.CaseID) (list []protocol.PhoneEntry, err error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			for i, d := range b.digests() {
				if id == b.id && i < b.shown {
					list = append(list, protocol.PhoneEntry{Kind: b.entries[i].Kind, Digest: d})
				}
			}
			return list, nil
		},
		Read: func(_ context.Context, id casework.CaseID, o protocol.OpenCase) (casework.Grant, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			if id != b.id || casework.Salt(o.Salt) != b.salt || o.Item != "SAMPLE-0001" {
				return casework.Grant{}, casework.Refuse(casework.WrongReceipt, "")
			}
			g := b.grant
			if b.lied != nil {
				b.lied(&g)
			}
			return g, nil
		},
	}
}
