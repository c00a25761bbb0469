package staff

import (
	"context"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/news"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// Log is where acts and the roster are kept: the counter's journal.
type Log interface {
	NoteAct(ctx context.Context, act casework.OperatorAct) error
	Acts(ctx context.Context, day string, limit int) ([]casework.OperatorAct, error)
	ActsSince(ctx context.Context, from time.Time) ([]casework.OperatorAct, error)
	WholeActs(ctx context.Context) (bool, error)
	KeepRoster(ctx context.Context, raw []byte) error
	Roster(ctx context.Context) ([]byte, error)
}

// Card is what is in the readers.
type Card interface {
	// Keys returns the public keys of the cards, PKIX in DER. Refused: card-missing.
	Keys() ([][]byte, error)
	// Prove has the card of a key sign a message: over its SHA-256 with ECDSA (ASN.1)
	// or RSASSA-PSS, as it is with Ed25519. Refused: card-missing, card-refused,
	// card-locked.
	Prove(pin string, public, message []byte) ([]byte, error)
}

// Options is what a Staff is made of. All must be set but those marked optional.
type Options struct {
	Chain     string
	Hall      casework.HallID
	Centre    protocol.PublicKey // that the counter pins: it signs the roster
	Log       Log
	Set       func(ctx context.Context, p protocol.ClerkPassword) ([]byte, error) // asks the centre for an own password; returns the roster that has it
	Card      func() (Card, error)                                                // optional: no reader is configured
	Pseudonym func(number string) casework.Pseudonym
	Cost      phc.Cost         // of a new password
	Now       func() time.Time // optional: time.Now
}

// Staff is the hall's roster at one counter. Its methods may be called from any
// goroutine; proofs of who is there are looked at one after the other.
type Staff struct {
	o       Options
	proving sync.Mutex // one proof at a time: no number of tries at once gets more than the limit
	tries   tries      // with proving
	decoy   string     // a verifier of no password, for unknown numbers

	mu     sync.Mutex
	roster *protocol.Roster // nil: none is kept

	news news.News
}

// New returns a Staff with the roster as the counter last kept it. A kept roster
// that does not hold any more (the centre's pinned key is another one) is as good
// as none: the centre sends its own.
func New(ctx context.Context, o Options) (*Staff, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Staff{o: o, tries: tries{}, decoy: phc.Decoy(o.Cost)}
	raw, err := o.Log.Roster(ctx)
	if err != nil && casework.KindOf(err) != casework.JournalDamaged {
		return nil, err
	}
	if r, err := s.open(raw); raw != nil && err == nil {
		s.roster = &r
	}
	acts, err := o.Log.ActsSince(ctx, o.Now().Add(-replayed))
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		s.tries.replay(a)
	}
	return s, nil
}

// Note keeps an act that changes nothing else: what changes the journal is written
// there, with its act.
func (s *Staff) Note(ctx context.Context, act casework.OperatorAct) error {
	return s.o.Log.NoteAct(ctx, act)
}

// Acts returns a day's acts, newest first, and whether the log is whole.
func (s *Staff) Acts(ctx context.Context, day string, limit int) ([]casework.OperatorAct, bool, error) {
	acts, err := s.o.Log.Acts(ctx, day, limit)
	if err != nil {
		return nil, false, err
	}
	whole, err := s.o.Log.WholeActs(ctx)
	return acts, whole, err
}

// noted keeps what became of a proof and returns it.
func (s *Staff) noted(ctx context.Context, act casework.OperatorAct, result error) error {
	act.Why = casework.KindOf(result)
	if result != nil && act.Why == "" {
		act.Why = casework.NotNow
	}
	if err := s.o.Log.NoteAct(context.WithoutCancel(ctx), act); err != nil { // a try counts, also one that was given up
		return err
	}
	return result
}
