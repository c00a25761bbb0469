package casework_test

import (
	"fmt"
	"time"

	"counterfoil/app/casework"
)

// The values that tests share. Digests and commitments need only differ.
const (
	grantA = casework.GrantID("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	grantB = casework.GrantID("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
)

func digest(n int) casework.Digest { return casework.Digest{1, byte(n), byte(n >> 8)} }

func commitment(n int) casework.Commitment { return casework.Commitment(digest(n)) }

func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// entry returns a valid entry of the kind that continues c, one second after
// its last one.
func entry(c casework.Standing, kind casework.StepKind) casework.Entry {
	e := casework.Entry{Chain: "test", Case: "0123456789abcdef0123456789abcdef", Seq: c.Seq + 1, Kind: kind, Time: c.Last.Add(time.Second),
		Hall: "dongcheng", Counter: "12", Clerk: "clerk", Prev: c.Head}
	if c.Seq == 0 {
		e.Time = noon()
	}
	switch kind {
	case byPaper:
		e.Kind, e.Body = casework.Authorized, casework.Body{Item: commitment(10), Method: casework.ByPaper, Originals: commitment(11)}
	case casework.Opened:
		e.Body = casework.Body{Item: commitment(1), Demands: casework.Demands{Signature: true, Photo: casework.PhotoOptional}}
	case casework.Authorized:
		e.Body = casework.Body{Item: commitment(2), Grant: grantA, Method: casework.ByCode}
	case casework.Retrieved:
		e.Body = casework.Body{Item: commitment(2), Grant: c.Grant, Licences: []casework.LicenceCommitment{{Kind: commitment(3), Original: commitment(4)}}}
		if c.Grant == "" {
			e.Body.Grant = grantA
		}
	case casework.Confirmed:
		e.Body = casework.Body{Fields: commitment(5), Picture: commitment(6)}
	case casework.Signed:
		e.Body = casework.Body{Confirmation: c.Confirmation, Ink: commitment(7)}
		if c.Confirmation.IsZero() {
			e.Body.Confirmation = digest(99)
		}
	case casework.Photographed:
		e.Body = casework.Body{Photo: commitment(8)}
	case casework.Submitted:
		e.Body = casework.Body{Whole: digest(9)}
	case casework.Abandoned:
		e.Body = casework.Body{Reason: casework.ClerkGaveUp}
	}
	return e
}

// walk takes steps one after the other from nothing, with the demands given.
func walk(demands casework.Demands, kinds ...casework.StepKind) (casework.Standing, error) {
	var c casework.Standing
	for i, kind := range kinds {
		e := entry(c, kind)
		if kind == casework.Opened {
			e.Body.Demands = demands
		}
		next, err := c.Next(e, digest(1000+i))
		if err != nil {
			return c, fmt.Errorf("step %d, %s: %w", i+1, kind, err)
		}
		c = next
	}
	return c, nil
}
