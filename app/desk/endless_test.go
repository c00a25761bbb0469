package desk

import (
	"crypto/ed25519"
	"image"
	"testing"
	"time"

	"counterfoil/app/casework"
)

// Something lies on the pad all afternoon: the memory stays bounded, and what
// was taken is asked for again.
func TestAnEndlessStrokeIsBoundedAndAskedForAgain(t *testing.T) {
	var k inking
	for i := range mostSamples + 5000 {
		k.feed(casework.PenSample{Seq: i, Down: true, X: i % 900, Y: i % 500, Time: time.Duration(i) * 5 * time.Millisecond}, true, time.Now())
	}
	ink := casework.Ink{Pad: casework.PadIdentity{MaxX: 9600, MaxY: 6000}, Samples: k.samples, Lost: k.lost}
	if err := ink.Check(); len(k.samples) != mostSamples || casework.KindOf(err) != casework.InkIncomplete {
		t.Errorf("%d samples, %v", len(k.samples), err)
	}
}

func TestLostReportsLiftThePen(t *testing.T) {
	p := pen{down: true, pressed: casework.TouchAgree, at: image.Pt(3, 3)}
	now := time.Unix(0, 0)
	p.hear(casework.PenSample{Seq: 7, Down: true}, now)
	p.hear(casework.PenSample{Seq: 8, Down: true}, now)
	if !p.down || p.pressed == "" {
		t.Fatal("reports in order lift the pen")
	}
	p.hear(casework.PenSample{Seq: 10, Down: true}, now)
	if p.down || p.pressed != "" || p.last != 10 {
		t.Errorf("after a gap the pen is %+v", p)
	}
}

func TestACaseThatGoesRoundAndRoundCanStillBeEnded(t *testing.T) {
	d := &Desk{opt: Options{Signer: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}}
	s := &sitting{standing: casework.Standing{Seq: casework.MaxSteps - lastSteps}}
	for _, kind := range casework.StepKinds() {
		round := kind == casework.Authorized || kind == casework.Confirmed
		if err := d.record(s, kind, time.Now(), casework.Body{}); (casework.KindOf(err) == casework.CaseEnded) != round {
			t.Errorf("%s near the last step: %v", kind, err)
		}
	}
}
