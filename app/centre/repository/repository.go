package repository

import (
	"crypto"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// Options says where the issuers' keys live and what is known of the kinds.
type Options struct {
	Home     string                                               // folder of the issuers' keys; made if it is not there
	Register string                                               // the file of issuers, people and entities; empty: the invented one
	Kinds    func(casework.LicenceKind) (casework.KindInfo, bool) // from the catalogue: names, order of fields, type codes
	Now      func() time.Time                                     // by which questions are answered, and ends and yearly endorsements looked at; nil: time.Now
}

// Repository holds the licences. It is safe for concurrent use.
type Repository struct {
	o       Options
	mu      sync.Mutex
	content *content // never changed in place: Reload puts another one there
}

// content is a register with everything in it issued.
type content struct {
	register register
	holders  []protocol.Holder
	held     map[string][]heldLicence // by person or entity
	known    map[string][]string      // by holder: digits that others know
	numbers  map[string]string        // holders by 公民身份号码
	issuers  map[string]protocol.PublicKey
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

// New reads the register, reads or makes its issuers' keys in Home, and issues
// every licence whose kind the catalogue knows.
func New(o Options) (*Repository, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &Repository{o: o}
	return r, r.Reload()
}

// Reload reads the register again: from then on licences, their standing and who
// acts for whom are as the file says now. A file that is wrong leaves everything
// as it was, and the error says where it is wrong.
func (r *Repository) Reload() error {
	c, err := issue(r.o)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.content = c
	return nil
}

func (r *Repository) current() *content {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.content
}

func issue(o Options) (*content, error) {
	reg, err := readRegister(o.Register)
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(o.Home, reg.issuerNames())
	if err != nil {
		return nil, err
	}
	c := &content{register: reg, held: map[string][]heldLicence{}, known: map[string][]string{}, numbers: map[string]string{}, issuers: map[string]protocol.PublicKey{}}
	for _, i := range reg.Issuers {
		if i.Unlisted {
			continue
		}
		if c.issuers[i.Name], err = protocol.PublicOf(keys[i.Name]); err != nil {
			return nil, err
		}
	}
	for _, p := range reg.People {
		if len(p.Licences) == 0 {
			continue
		}
		p.portrait = portrait(p.ID)
		value := func(r record, field string) string { return reg.value(p, r, field) }
		if c.held[p.ID], err = reg.issueAll(p.Licences, value, o.Kinds, keys, o.Now()); err != nil {
			return nil, err
		}
		c.known[p.ID], c.numbers[p.number()] = p.known(), p.ID
		c.holders = append(c.holders, protocol.Holder{ID: p.ID, Name: p.Name, Note: p.Note, EN: p.NoteEN})
	}
	for _, e := range reg.Entities {
		if c.held[e.ID], err = reg.issueAll(e.Licences, e.value, o.Kinds, keys, o.Now()); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Holders returns everybody whom one can be in practice, in the order of the
// file: ordinary ones first, broken ones last.
func (r *Repository) Holders() []protocol.Holder { return slices.Clone(r.current().holders) }

// Holder returns one of them, or false.
func (r *Repository) Holder(id string) (protocol.Holder, bool) {
	holders := r.current().holders
	i := slices.IndexFunc(holders, func(h protocol.Holder) bool { return h.ID == id })
	if i < 0 {
		return protocol.Holder{}, false
	}
	return holders[i], true
}

// Known returns digits of the holder that others know: the number, and the
// birthday as people write it.
func (r *Repository) Known(holder string) []string { return slices.Clone(r.current().known[holder]) }

// ByNumber returns the holder with the 公民身份号码 on the paper original; a small
// x counts as X.
func (r *Repository) ByNumber(number string) (holder string, ok bool) {
	holder, ok = r.current().numbers[strings.ToUpper(strings.TrimSpace(number))]
	return holder, ok
}

// Issuers returns the public key of every issuer that counters know, by name.
func (r *Repository) Issuers() map[string]protocol.PublicKey { return maps.Clone(r.current().issuers) }

// Held lists the licences of a holder, or of an entity by its id, as the holder
// sees them. An unknown holder holds none.
func (r *Repository) Held(holder string) []protocol.HeldLicence {
	held := r.current().held[holder]
	list := make([]protocol.HeldLicence, 0, len(held))
	for _, h := range held {
		info, _ := r.o.Kinds(h.licence.Kind)
		until := "长期"
		if !h.licence.Until.IsZero() {
			until = h.licence.Until.Format(time.DateOnly)
		}
		list = append(list, protocol.HeldLicence{Kind: h.licence.Kind, Name: info.Name, NameEN: info.NameEN,
			Issuer: h.licence.Issuer, Until: until, Status: h.licence.Status})
	}
	return list
}
