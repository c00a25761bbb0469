package desk

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// inking is a signature under way.
type inking struct {
	samples []casework.PenSample // only ever appended to: snapshots share it
	started time.Time
	zero    time.Duration // the device's time of the first sample
	stroke  bool          // the pen went down inside the ink area
	last    int           // report sequence of the latest sample, of any kind
	counted bool          // last is set
	lost    int
	again   casework.RefusalKind // why the citizen is asked once more
}

// mostSamples bounds a signature: eight minutes of a touching pen. A pad that
// something lies on must not fill the memory, and the ink's encoding has a bound
// too.
const mostSamples = 100_000

// feed takes a sample while the citizen signs. Strokes that begin inside the
// ink area are ink, to their end; the lifting sample stays, so that strokes can
// be told apart. A gap in the reports counts once ink has begun, also between
// strokes: what is missing there could have been one.
func (k *inking) feed(p casework.PenSample, inside bool, now time.Time) {
	if k.counted && p.Seq >= 0 && p.Seq > k.last+1 && len(k.samples) > 0 {
		k.lost += p.Seq - k.last - 1
	}
	if p.Seq >= 0 {
		k.last, k.counted = p.Seq, true
	}
	switch {
	case p.Down && !k.stroke && !inside:
		return
	case !p.Down && !k.stroke:
		return
	}
	if len(k.samples) >= mostSamples {
		k.lost++ // asked for again: nobody signs so long
		return
	}
	if len(k.samples) == 0 {
		k.started, k.zero = now.UTC(), p.Time
	}
	k.stroke = p.Down
	p.Time -= k.zero
	k.samples = append(k.samples, p)
}

func (d *Desk) touchedSign(s *sitting, name casework.TouchName) error {
	switch name {
	case casework.TouchRedo:
		d.inkAgain(s, "")
	case casework.TouchRefuse:
		s.stage = StageReview
		return casework.Refuse(casework.Declined, "the citizen does not sign")
	case casework.TouchAgree:
		return d.signed(s)
	}
	return nil
}

// inkAgain starts the signature anew on a clean screen, with the reason.
func (d *Desk) inkAgain(s *sitting, why casework.RefusalKind) {
	s.ink = inking{again: why}
	d.pad.stale = true
}

// signed keeps the ink, bound to the confirmation that it signs.
func (d *Desk) signed(s *sitting) error {
	ink := casework.Ink{Pad: d.pad.identity, Started: s.ink.started, Samples: s.ink.samples, Lost: s.ink.lost, Document: s.standing.Confirmation}
	if err := ink.Check(); err != nil {
		d.inkAgain(s, casework.KindOf(err))
		return err
	}
	content, err := protocol.EncodeInk(ink)
	if err != nil {
		return err
	}
	a, commitment := d.seal("ink", "application/cbor", content)
	if err := d.record(s, casework.Signed, d.stamp(s), casework.Body{Confirmation: s.standing.Confirmation, Ink: commitment}, a); err != nil {
		return err
	}
	s.ink = inking{}
	s.proceed()
	return nil
}
