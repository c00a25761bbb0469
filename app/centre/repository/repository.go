package repository

import (
	"context"
	"crypto"
	"maps"
	"slices"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options says where the issuers' keys live and what is known of the kinds.
type Options struct {
	Home  string                                               // folder of the issuers' keys; made if it is not there
	Kinds func(casework.LicenceKind) (casework.KindInfo, bool) // from the catalogue: names, order of fields, type codes
	Now   func() time.Time                                     // by which questions are answered, and yearly endorsements looked at; nil: time.Now
}

// Repository holds the licences. It is safe for concurrent use.
type Repository struct {
	kinds   func(casework.LicenceKind) (casework.KindInfo, bool)
	now     func() time.Time
	holders []protocol.Holder
	held    map[string][]heldLicence // by holder
	known   map[string][]string      // by holder: digits that others know
	numbers map[string]string        // holders by 公民身份号码
	issuers map[string]protocol.PublicKey
}

// PracticePIN is the password of every invented holder who has set none; the
// practice page shows it.
const PracticePIN = "246810"

// heldLicence is a licence as issued: with the openings of all its fields.
type heldLicence struct {
	licence casework.Licence
	full    protocol.Presented
	issuer  crypto.Signer // signs answers on the issuer's behalf
}

// New reads the invented holders, reads or makes their issuers' keys in Home,
// and issues every licence whose kind the catalogue knows.
func New(o Options) (*Repository, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	reg, err := readRegister()
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(o.Home, reg.issuerNames())
	if err != nil {
		return nil, err
	}
	r := &Repository{kinds: o.Kinds, now: o.Now, held: map[string][]heldLicence{}, known: map[string][]string{}, numbers: map[string]string{},
		issuers: map[string]protocol.PublicKey{}}
	for _, i := range reg.Issuers {
		if i.Unlisted {
			continue
		}
		if r.issuers[i.Name], err = protocol.PublicOf(keys[i.Name]); err != nil {
			return nil, err
		}
	}
	for _, p := range reg.People {
		if len(p.Licences) == 0 {
			continue
		}
		if r.held[p.ID], err = reg.issueAll(p, o.Kinds, keys, o.Now()); err != nil {
			return nil, err
		}
		r.known[p.ID], r.numbers[p.number()] = p.known(), p.ID
		r.holders = append(r.holders, protocol.Holder{ID: p.ID, Name: p.Name, Note: p.Note, EN: p.NoteEN})
	}
	return r, nil
}

// Holders returns everybody whom one can be in practice, in the order of the
// file: ordinary ones first, broken ones last.
func (r *Repository) Holders() []protocol.Holder { return slices.Clone(r.holders) }

// Holder returns one of them, or false.
func (r *Repository) Holder(id string) (protocol.Holder, bool) {
	i := slices.IndexFunc(r.holders, func(h protocol.Holder) bool { return h.ID == id })
	if i < 0 {
		return protocol.Holder{}, false
	}
	return r.holders[i], true
}

// Known returns digits of the holder that others know: the number, and the
// birthday as people write it.
func (r *Repository) Known(holder string) []string { return slices.Clone(r.known[holder]) }

// ByNumber returns the holder with the 公民身份号码 on the paper original; a small
// x counts as X.
func (r *Repository) ByNumber(number string) (holder string, ok bool) {
	holder, ok = r.numbers[strings.ToUpper(strings.TrimSpace(number))]
	return holder, ok
}

// Issuers returns the public key of every issuer that counters know, by name.
func (r *Repository) Issuers() map[string]protocol.PublicKey { return maps.Clone(r.issuers) }

// Held lists the licences of a holder as the holder sees them. An unknown
// holder holds none.
func (r *Repository) Held(holder string) []protocol.HeldLicence {
	list := make([]protocol.HeldLicence, 0, len(r.held[holder]))
	for _, h := range r.held[holder] {
		info, _ := r.kinds(h.licence.Kind)
		until := "长期"
		if !h.licence.Until.IsZero() {
			until = h.licence.Until.Format(time.DateOnly)
		}
		list = append(list, protocol.HeldLicence{Kind: h.licence.Kind, Name: info.Name, NameEN: info.NameEN,
			Issuer: h.licence.Issuer, Until: until, Status: h.licence.Status})
	}
	return list
}

// Retrieve returns, in the order of needs, the licences of holder with exactly
// the named fields open. It is all or nothing: LicenceNotHeld where a kind is
// not held, FieldNotDisclosed where the licence has no such field. A field that
// is a question is answered with a yes or a no, and what it is about stays shut.
// Whether a licence has expired or was suspended is for the counter to see.
func (r *Repository) Retrieve(ctx context.Context, holder string, needs []casework.LicenceNeed) ([]protocol.RetrievedLicence, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]protocol.RetrievedLicence, 0, len(needs))
	for _, n := range needs {
		held := r.held[holder]
		i := slices.IndexFunc(held, func(h heldLicence) bool { return h.licence.Kind == n.Kind })
		if i < 0 {
			return nil, casework.Refuse(casework.LicenceNotHeld, string(n.Kind))
		}
		p, err := r.present(held[i], n)
		if err != nil {
			return nil, err
		}
		raw, err := protocol.Marshal(p)
		if err != nil {
			return nil, err
		}
		out = append(out, protocol.RetrievedLicence{Kind: n.Kind, Presented: raw})
	}
	return out, nil
}

func (r *Repository) present(h heldLicence, n casework.LicenceNeed) (protocol.Presented, error) {
	info, _ := r.kinds(n.Kind)
	for _, f := range n.Fields {
		asked, _ := info.Find(f)
		if _, ok := h.licence.Value(f); !ok && asked.Question == nil {
			return protocol.Presented{}, casework.Refuse(casework.FieldNotDisclosed, string(n.Kind))
		}
	}
	p := h.full.Disclose(n.Fields)
	var err error
	p.Answers, err = protocol.AnswerQuestions(h.issuer, h.full, info, n.Fields, r.now())
	return p, err
}
