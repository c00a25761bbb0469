package desk

import (
	"encoding/json"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// unwritten is a grant that the citizen has given and the journal could not
// take: it is kept and written at the next try, never asked for again.
type unwritten struct {
	grant casework.Grant
	by    casework.Method
}

// maxLag is how far the counter's clock may lag behind the centre's before a
// grant counts as not yet valid. It is the tolerance of the ledger.
const maxLag = time.Minute

// accept takes the grant that the citizen gave, by whichever way was first.
func (d *Desk) accept(s *sitting, g casework.Grant, by casework.Method) error {
	if s.over() || !s.asking.open(s.stage) {
		return nil
	}
	at := d.stamp(s)
	if lag := g.From.Sub(at); lag > 0 && lag <= maxLag {
		at = g.From.UTC().Add(time.Millisecond - 1).Truncate(time.Millisecond)
	}
	if err := g.Live(at, d.opt.Hall, s.item.Code); err != nil {
		return err
	}
	content, err := json.Marshal(g)
	if err != nil {
		return casework.Refuse(casework.CentreGarbled, "the grant cannot be kept")
	}
	body := casework.Body{Item: d.suite.CommitItem(g.Salt, s.item.Code), Grant: g.ID, Method: by}
	kept := []casework.Attachment{{Name: "grant", Media: "application/json", Salt: g.Salt, Content: content}}
	acting := g.Acting // what the citizen's phone says, before what the clerk noted
	if acting == nil {
		acting = s.acting
	}
	if kept, err = d.withActing(kept, &body, acting); err != nil {
		return casework.Refuse(casework.CentreGarbled, "who acts cannot be kept")
	}
	if err := d.record(s, casework.Authorized, at, body, kept...); err != nil {
		s.stage, s.unwritten = StageAuthorize, &unwritten{grant: g, by: by}
		return err
	}
	s.grant, s.method, s.acting, s.unwritten, s.stage = &g, by, acting, nil, StageRetrieve
	d.stopAsking(s)
	if d.at == s && d.closed() == nil { // else when the case goes on
		d.problem = nil
		d.retrieve(s, d.later(s, casework.Retrieved))
	}
	return nil
}

// sealActing seals who acts for another, after checking it.
func (d *Desk) sealActing(a casework.Acting) (casework.Attachment, casework.Commitment, error) {
	if err := a.Check(); err != nil {
		return casework.Attachment{}, casework.Commitment{}, err
	}
	content, err := json.Marshal(a)
	if err != nil {
		return casework.Attachment{}, casework.Commitment{}, err
	}
	kept, commitment := d.seal("acting", "application/json", content)
	return kept, commitment, nil
}

// stopAsking withdraws whatever else is open: one grant is enough. Those who
// follow the requests learn it from the centre and stop.
func (d *Desk) stopAsking(s *sitting) {
	a := s.asking
	for _, r := range append(a.older, a.current, a.tap) {
		if r != nil && (r.status == protocol.RequestWaiting || r.status == protocol.RequestOpened) {
			d.withdraw(r.ID)
		}
	}
	s.asking = asking{}
	if s.busy == BusyRedeem {
		s.busy = ""
	}
}
