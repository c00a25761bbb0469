package desk_test

import (
	"crypto/ed25519"
	"errors"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const cityIssuer = "北京市（虚构签发机关）"

// present makes the licence of one kind with invented values, wrong in the way
// that was asked for.
func (c *city) present(need casework.LicenceNeed) ([]byte, error) {
	info, _ := c.catalogue.Kind(need.Kind)
	l := casework.Licence{Kind: need.Kind, Issuer: cityIssuer, Issued: time.Now().AddDate(-1, 0, 0), Until: time.Now().AddDate(5, 0, 0), Status: casework.InForce}
	if info.TypeCode != "" {
		body := info.TypeCode + "11370800MB28559184" + "0001" + "001"
		check, _ := casework.LicenceIdentifierCheck(body)
		l.Identifier = casework.IdentifierRoot + info.TypeCode + ".11370800MB28559184.0001.001." + string(check)
	}
	for _, f := range info.Fields {
		l.Fields = append(l.Fields, casework.FieldValue{Field: f.Field, Value: "演练" + f.Name})
	}
	signer, fields := c.issuer, need.Fields
	switch c.licence {
	case "forged":
		_, signer, _ = ed25519.GenerateKey(nil)
	case "expired":
		l.Until = time.Now().AddDate(0, -1, 0)
	case "suspended":
		l.Status = casework.Suspended
	case "stranger":
		l.Issuer = "谁也不认识的机关"
	case "identifier":
		l.Identifier = casework.IdentifierRoot + "1.2.3.4.5"
	case "silent":
		fields = fields[1:]
	case "talkative":
		fields = nil
		for _, f := range info.Fields {
			fields = append(fields, f.Field)
		}
	}
	p, err := protocol.IssueLicence(signer, l)
	if err != nil {
		return nil, err
	}
	return protocol.Marshal(p.Disclose(fields))
}

func (c *city) key(name string) (protocol.PublicKey, bool) {
	key, err := protocol.PublicOf(c.issuer)
	return key, err == nil && name == cityIssuer
}

// makeCode is the citizen making a code on the phone; tap: for any hall, so the
// phone asks once more when it is used.
func (c *city) makeCode(code string, tap bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.codes[code] = &cityCode{until: time.Now().Add(3 * time.Minute), tap: tap}
}

// see is the phone opening a QR's link; n counts requests from the newest, 0.
func (c *city) see(n int) error {
	return c.change(n, func(q *cityRequest) { q.Status = protocol.RequestOpened })
}

// answer is the citizen agreeing or refusing.
func (c *city) answer(n int, agree bool) error {
	return c.change(n, func(q *cityRequest) {
		q.Status = protocol.RequestDeclined
		if agree {
			g := c.issue(q.item, q.by)
			q.Status, q.Grant = protocol.RequestAnswered, &g
		}
	})
}

func (c *city) change(n int, do func(*cityRequest)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := len(c.requests) - 1 - n
	if i < 0 {
		return errors.New("there is no such request")
	}
	state := c.stateOf(c.requests[i].ID)
	if state.Status != protocol.RequestWaiting && state.Status != protocol.RequestOpened {
		return errors.New("the request is over: " + string(state.Status))
	}
	do(c.requests[i])
	c.notify()
	return nil
}

// revoke is 解绑 on the phone.
func (c *city) revoke(id casework.GrantID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g := c.grants[id]; g != nil {
		g.revoked = true
	}
}

// spoil makes the next licences wrong in a way that present knows.
func (c *city) spoil(how string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.licence = how
}

// count returns how many requests there were, ended how many ended so.
func (c *city) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.requests)
}

func (c *city) ended(status protocol.RequestStatus) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.requests {
		if q.Status == status {
			n++
		}
	}
	return n
}

// weather sets what every call of a counter meets: "" is fine.
func (c *city) weather(trouble casework.RefusalKind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = trouble
	c.notify()
}

// hold keeps the answers of one call back until release is called.
func (c *city) hold(call string) (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	gate := make(chan struct{})
	c.gates = map[string]chan struct{}{call: gate}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.gates, call)
		close(gate)
	}
}
