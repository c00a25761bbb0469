package desk_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"fmt"
	"sync"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// city is a small centre in the process that plays by the rules: codes, QR
// requests, grants, licences. It is a second implementation of what the desk
// asks of a centre, kept apart from the first on purpose.
type city struct {
	catalogue interface {
		Kind(casework.LicenceKind) (casework.KindInfo, bool)
		Item(casework.ItemCode) (casework.ServiceItem, bool)
	}
	hall   casework.HallID
	issuer crypto.Signer

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	trouble  casework.RefusalKind
	codes    map[string]*cityCode
	requests []*cityRequest
	grants   map[casework.GrantID]*cityGrant
	licence  string                   // what is wrong with the next licences; empty: nothing
	holdings holdings                 // of the citizen who answers; nil: invented here
	gates    map[string]chan struct{} // calls that wait until they are opened
	acting   *casework.Acting         // how a grant of an entity's licence is given
}

// holdings gives a citizen's licences out, as a repository does.
type holdings func([]casework.LicenceNeed) ([]protocol.RetrievedLicence, error)

type cityCode struct {
	until  time.Time
	tap    bool
	usedBy casework.CaseID
	grant  casework.Grant
}

type cityRequest struct {
	protocol.RequestState
	link string
	item casework.ItemCode
	by   casework.Method
}

type cityGrant struct {
	casework.Grant
	revoked bool
}

func newCity(hall casework.HallID) *city {
	_, key, _ := ed25519.GenerateKey(nil)
	return &city{hall: hall, issuer: key, changed: make(chan struct{}), codes: map[string]*cityCode{}, acting: &casework.Acting{Role: casework.Entrusted, Name: "演练姓名", For: "演练名称"}, grants: map[casework.GrantID]*cityGrant{}}
}

// notify wakes the long polls; mu is held.
func (c *city) notify() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// leave holds an answer back on its way to the counter, while its gate is shut.
func (c *city) leave(ctx context.Context, call string) error {
	c.mu.Lock()
	gate := c.gates[call]
	c.mu.Unlock()
	if gate == nil {
		return nil
	}
	select {
	case <-gate:
		return nil
	case <-ctx.Done():
		return casework.Refuse(casework.CentreUnreachable, "no answer")
	}
}

// enter locks the city for a counter's call, unless it cannot be reached.
func (c *city) enter(context.Context) error {
	c.mu.Lock()
	if c.trouble != "" {
		c.mu.Unlock()
		return casework.Refuse(c.trouble, "the city is away")
	}
	return nil
}

func (c *city) issue(item casework.ItemCode, by casework.Method) casework.Grant {
	it, _ := c.catalogue.Item(item)
	now := time.Now()
	g := casework.Grant{ID: casework.GrantID(protocol.NewID()), Item: item, Hall: c.hall, Needs: it.Needs, From: now, Until: now.Add(20 * time.Minute),
		Method: by, Holder: "holder-for-this-grant", Salt: protocol.NewSalt()}
	if casework.ForEntity(it.Needs, c.catalogue.Kind) {
		g.Acting = c.acting
	}
	c.grants[g.ID] = &cityGrant{Grant: g}
	return g
}

func (c *city) Redeem(ctx context.Context, r protocol.Redeem) (casework.Grant, *protocol.RequestState, error) {
	grant, tap, err := c.redeem(ctx, r)
	if held := c.leave(ctx, "redeem"); held != nil {
		return casework.Grant{}, nil, held
	}
	return grant, tap, err
}

func (c *city) redeem(ctx context.Context, r protocol.Redeem) (casework.Grant, *protocol.RequestState, error) {
	if err := c.enter(ctx); err != nil {
		return casework.Grant{}, nil, err
	}
	defer c.mu.Unlock()
	code := c.codes[r.Code]
	refuse := func(k casework.RefusalKind) (casework.Grant, *protocol.RequestState, error) {
		return casework.Grant{}, nil, casework.Refuse(k, "")
	}
	switch {
	case code == nil:
		return refuse(casework.CodeUnknown)
	case code.usedBy == r.Case && code.usedBy != "":
		return code.grant, nil, nil
	case code.usedBy != "":
		return refuse(casework.CodeUsed)
	case time.Now().After(code.until):
		return refuse(casework.CodeExpired)
	}
	code.usedBy = r.Case
	if code.tap {
		q := c.request(r.Item, casework.ByCode, 2*time.Minute)
		state := q.RequestState
		return casework.Grant{}, &state, nil
	}
	code.grant = c.issue(r.Item, casework.ByCode)
	return code.grant, nil, nil
}

func (c *city) request(item casework.ItemCode, by casework.Method, life time.Duration) *cityRequest {
	id := fmt.Sprintf("%032x", len(c.requests)+1)
	q := &cityRequest{link: "https://phone.example/r/" + id, item: item, by: by}
	q.RequestState = protocol.RequestState{ID: id, Status: protocol.RequestWaiting, MatchWords: fmt.Sprintf("海棠·%d", 17+len(c.requests)), Until: time.Now().Add(life)}
	c.requests = append(c.requests, q)
	return q
}

func (c *city) OpenRequest(ctx context.Context, o protocol.OpenRequest) (protocol.Request, error) {
	if err := c.enter(ctx); err != nil {
		return protocol.Request{}, err
	}
	defer c.mu.Unlock()
	q := c.request(o.Item, casework.ByQR, 5*time.Minute)
	return protocol.Request{ID: q.ID, Link: q.link, MatchWords: q.MatchWords, Until: q.Until}, nil
}

func (c *city) Follow(ctx context.Context, id string, after protocol.RequestStatus) (protocol.RequestState, error) {
	wait := time.NewTimer(protocol.MaxWait * time.Second)
	defer wait.Stop()
	for {
		if err := c.enter(ctx); err != nil {
			return protocol.RequestState{}, err
		}
		state, changed := c.stateOf(id), c.changed
		c.mu.Unlock()
		if state.Status != after {
			return state, nil
		}
		end := time.NewTimer(time.Until(state.Until) + time.Millisecond)
		select {
		case <-changed:
		case <-end.C:
		case <-wait.C:
			end.Stop()
			return state, nil
		case <-ctx.Done():
			end.Stop()
			return state, ctx.Err()
		}
		end.Stop()
	}
}

func (c *city) stateOf(id string) protocol.RequestState {
	for _, q := range c.requests {
		if q.ID == id {
			if (q.Status == protocol.RequestWaiting || q.Status == protocol.RequestOpened) && time.Now().After(q.Until) {
				q.Status = protocol.RequestExpired
			}
			return q.RequestState
		}
	}
	return protocol.RequestState{ID: id, Status: protocol.RequestExpired}
}

func (c *city) Withdraw(ctx context.Context, id string) error {
	if err := c.enter(ctx); err != nil {
		return err
	}
	defer c.mu.Unlock()
	for _, q := range c.requests {
		if q.ID == id && (q.Status == protocol.RequestWaiting || q.Status == protocol.RequestOpened) {
			q.Status = protocol.RequestWithdrawn
		}
	}
	c.notify()
	return nil
}

func (c *city) Retrieve(ctx context.Context, id casework.GrantID, r protocol.Retrieve) ([]protocol.RetrievedLicence, error) {
	list, err := c.retrieve(ctx, id, r)
	if held := c.leave(ctx, "retrieve"); held != nil {
		return nil, held
	}
	return list, err
}

func (c *city) retrieve(ctx context.Context, id casework.GrantID, r protocol.Retrieve) ([]protocol.RetrievedLicence, error) {
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	g := c.grants[id]
	switch {
	case g == nil:
		return nil, casework.Refuse(casework.GrantUnknown, "")
	case g.revoked:
		return nil, casework.Refuse(casework.GrantWithdrawn, "")
	}
	if err := g.Live(time.Now(), c.hall, r.Item); err != nil {
		return nil, err
	}
	if c.holdings != nil {
		return c.holdings(g.Needs)
	}
	var list []protocol.RetrievedLicence
	for _, need := range g.Needs {
		raw, err := c.present(need)
		if err != nil {
			return nil, err
		}
		list = append(list, protocol.RetrievedLicence{Kind: need.Kind, Presented: raw})
	}
	return list, nil
}
