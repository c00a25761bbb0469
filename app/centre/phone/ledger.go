package phone

import (
	"context"
	"encoding/hex"
	"net/http"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Ledger is what the page needs to deliver proofs. They are checked in the
// citizen's browser, so a mistake here is seen there. Without Trust there is no
// ledger: every one of its calls answers ledger-unreachable.
type Ledger struct {
	Trust func() []byte                                                                     // the trust document, as package receipt reads it
	Proof func(context.Context, casework.Digest) (*protocol.LedgerProven, error)            // nil: not there
	Case  func(context.Context, casework.CaseID) ([]protocol.PhoneEntry, error)             // empty: nothing of it is there
	Read  func(context.Context, casework.CaseID, protocol.OpenCase) (casework.Grant, error) // the zero grant: nothing was called up
}

// maxProving bounds the calls that ask the ledger at one time: everybody may ask,
// and the counters must not wait behind them.
const maxProving = 8

// document is an answer that is sent byte for byte.
type document []byte

// turn waits until one may ask the ledger, and returns what to call afterwards.
func (h *handler) turn(ctx context.Context) (func(), error) {
	if h.Ledger.Trust == nil {
		return nil, casework.Refuse(casework.LedgerUnreachable, "there is no ledger")
	}
	select {
	case h.proving <- struct{}{}:
		return func() { <-h.proving }, nil
	case <-ctx.Done():
		return nil, casework.Refuse(casework.LedgerUnreachable, "too many ask at once")
	}
}

func (h *handler) trust(http.ResponseWriter, *http.Request) (any, error) {
	if h.Ledger.Trust == nil {
		return nil, casework.Refuse(casework.LedgerUnreachable, "there is no ledger")
	}
	return document(h.Ledger.Trust()), nil
}

// proof answers by digest: what it says stays true for ever, so browsers may keep
// it.
func (h *handler) proof(w http.ResponseWriter, r *http.Request) (any, error) {
	unknown := casework.Refuse(casework.WrongReceipt, "not on the ledger")
	digest, err := hex.DecodeString(r.PathValue("digest"))
	if err != nil || len(digest) != len(casework.Digest{}) {
		return nil, unknown
	}
	done, err := h.turn(r.Context())
	if err != nil {
		return nil, err
	}
	defer done()
	found, err := h.Ledger.Proof(r.Context(), casework.Digest(digest))
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, unknown
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return found, nil
}

func (h *handler) kase(_ http.ResponseWriter, r *http.Request) (any, error) {
	done, err := h.turn(r.Context())
	if err != nil {
		return nil, err
	}
	defer done()
	list, err := h.Ledger.Case(r.Context(), casework.CaseID(r.PathValue("case")))
	if err == nil && len(list) == 0 {
		err = casework.Refuse(casework.WrongReceipt, "nothing of it is on the ledger")
	}
	return protocol.PhoneCase{Entries: list}, err
}

// wasRead tells what was called up, for whoever shows the receipt's salt.
func (h *handler) wasRead(_ http.ResponseWriter, r *http.Request) (any, error) {
	var in protocol.OpenCase
	if err := read(r, &in); err != nil {
		return nil, err
	}
	done, err := h.turn(r.Context())
	if err != nil {
		return nil, err
	}
	defer done()
	grant, err := h.Ledger.Read(r.Context(), casework.CaseID(r.PathValue("case")), in)
	if err != nil {
		return nil, err
	}
	out := protocol.CaseRead{Licences: []protocol.LicenceNamed{}}
	for i, l := range h.needs(grant.Needs) {
		out.Licences = append(out.Licences, protocol.LicenceNamed{Kind: grant.Needs[i].Kind, ConsentLicence: l})
	}
	if len(grant.Needs) > 0 {
		out.Salt = grant.Salt[:]
	}
	return out, nil
}

// names lists every hall and item: which item a case was for is found out in the
// browser, so it can't be asked for one.
func (h *handler) names(http.ResponseWriter, *http.Request) (any, error) {
	out := protocol.PhoneNames{Halls: h.halls(), Items: []protocol.PhoneItem{}}
	for _, item := range h.Catalogue.Items() {
		out.Items = append(out.Items, protocol.PhoneItem{Code: item.Code, Name: item.Name, NameEN: item.NameEN})
	}
	return out, nil
}
