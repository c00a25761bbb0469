package identity

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
)

// A challenge is good for ceremonyLife: a person finds the finger and the phone's
// lock code within it. The oldest goes where more than maxCeremonies are open, so
// that strangers who begin and never end take no memory.
const (
	ceremonyLife  = 5 * time.Minute
	maxCeremonies = 10_000
)

// purpose is what a challenge may be answered for; an answer for another is
// refused.
type purpose string

const (
	toSignIn  purpose = "sign in"
	toConfirm purpose = "confirm"
	toAdd     purpose = "add"
	toEnrol   purpose = "enrol"
)

// ceremony is a challenge that waits for its answer.
type ceremony struct {
	purpose purpose
	holder  string // "" to sign in: the answer says who
	session webauthn.SessionData
	until   time.Time
}

// pending are the challenges in the world. They are in memory alone: after a
// restart a person tries again.
type pending struct {
	mu   sync.Mutex
	open map[string]ceremony // by challenge
}

func (p *pending) put(c ceremony, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.open) >= maxCeremonies {
		p.makeRoom(now)
	}
	c.until = now.Add(ceremonyLife)
	p.open[c.session.Challenge] = c
}

// makeRoom drops what has run out, and if that is not enough the oldest.
func (p *pending) makeRoom(now time.Time) {
	var oldest string
	for challenge, one := range p.open {
		if !now.Before(one.until) {
			delete(p.open, challenge)
		} else if oldest == "" || one.until.Before(p.open[oldest].until) {
			oldest = challenge
		}
	}
	if len(p.open) >= maxCeremonies {
		delete(p.open, oldest)
	}
}

// take returns the ceremony that the answer is for, and forgets it whatever
// becomes of the answer: nobody answers a challenge twice.
func (p *pending) take(answer []byte, purpose purpose, holder string, now time.Time) (ceremony, bool) {
	challenge := challengeIn(answer)
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.open[challenge]
	delete(p.open, challenge)
	return c, ok && now.Before(c.until) && c.purpose == purpose && c.holder == holder
}

// challengeIn returns the challenge that an answer names; empty where it names
// none. Whether the answer holds is checked with the ceremony, never here.
func challengeIn(answer []byte) string {
	var a struct {
		Response struct {
			ClientData clientData `json:"clientDataJSON"`
		} `json:"response"`
	}
	if json.Unmarshal(answer, &a) != nil {
		return ""
	}
	return a.Response.ClientData.Challenge
}
