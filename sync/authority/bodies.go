package authority

import (
	"slices"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// The bodies of good answers. A body that lacks what makes it useful is
// garbled.
type (
	aboutBody       struct{ protocol.About }
	grantBody       struct{ casework.Grant }
	requestBody     struct{ protocol.Request }
	stateBody       struct{ protocol.RequestState }
	licencesBody    struct{ protocol.RetrievedLicences }
	revocationsBody struct{ protocol.Revocations }
	rosterBody      struct{ protocol.SignedRoster }
)

func (b *aboutBody) whole() bool { return b.Chain != "" && !b.Time.IsZero() }

func (b *grantBody) whole() bool { return wholeGrant(b.Grant) }

func wholeGrant(g casework.Grant) bool {
	return hexID(string(g.ID)) && g.Item != "" && g.Hall != "" && len(g.Needs) > 0 && g.From.Before(g.Until) && g.Holder != "" &&
		g.Salt != casework.Salt{} && (g.Method == casework.ByCode || g.Method == casework.ByQR)
}

func (b *requestBody) whole() bool {
	return hexID(b.ID) && b.Link != "" && b.MatchWords != "" && !b.Until.IsZero()
}

func (b *stateBody) whole() bool {
	known := []protocol.RequestStatus{protocol.RequestWaiting, protocol.RequestOpened, protocol.RequestAnswered, protocol.RequestDeclined,
		protocol.RequestExpired, protocol.RequestWithdrawn}
	answered := b.Status == protocol.RequestAnswered
	return hexID(b.ID) && slices.Contains(known, b.Status) && !b.Until.IsZero() && answered == (b.Grant != nil) && (!answered || wholeGrant(*b.Grant))
}

func (b *licencesBody) whole() bool {
	for _, l := range b.Licences {
		if l.Kind == "" || len(l.Presented) == 0 {
			return false
		}
	}
	return len(b.Licences) > 0
}

func (b *rosterBody) whole() bool { return len(b.Roster) > 0 }

func (b *revocationsBody) whole() bool {
	for _, id := range b.Revoked {
		if !hexID(string(id)) {
			return false
		}
	}
	return b.Next >= 0
}

func hexID(s string) bool {
	for _, r := range s {
		if !('0' <= r && r <= '9' || 'a' <= r && r <= 'f') {
			return false
		}
	}
	return len(s) == 32
}
