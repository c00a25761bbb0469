package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// member is a hall with its record on the ledger.
type member struct {
	name  string
	state protocol.HallState
}

// node returns the id of the hall's node, as other nodes show it.
func (m member) node() string { return hex.EncodeToString(m.state.Node) }

// members are the halls of a ledger, in the order in which they joined.
type members []member

func membersOf(ctx context.Context, r rpc) (members, error) {
	names, _, err := record[[]string](ctx, r, protocol.LedgerHalls)
	if err != nil {
		return nil, err
	}
	var list members
	for _, name := range names {
		s, _, err := record[protocol.HallState](ctx, r, protocol.LedgerHall+name)
		if err != nil {
			return nil, err
		}
		list = append(list, member{name, s})
	}
	return list, nil
}

func (m members) of(name casework.HallID) (member, bool) {
	i := slices.IndexFunc(m, func(o member) bool { return o.name == string(name) })
	if i < 0 {
		return member{name: string(name)}, false
	}
	return m[i], true
}

// power returns the voting power of the halls for which one is true, and of all.
func (m members) power(counts func(member) bool) (some, all int64) {
	for _, o := range m {
		all += o.state.Power
		if counts(o) {
			some += o.state.Power
		}
	}
	return some, all
}

// enough reports whether a part of the voting power decides: more than two
// thirds.
func enough(some, all int64) bool { return 3*some > 2*all }

// agreement says in words how far the halls are in agreeing to a change. Halls
// of equal power are counted; others are weighed.
func (m members) agreement(agreed []string) string {
	voters := slices.DeleteFunc(slices.Clone(m), func(o member) bool { return o.state.Power == 0 })
	equal := !slices.ContainsFunc(voters, func(o member) bool { return o.state.Power != voters[0].state.Power })
	who := strings.Join(agreed, ", ")
	if equal {
		counted := slices.DeleteFunc(slices.Clone(agreed), func(name string) bool {
			return !slices.ContainsFunc(voters, func(o member) bool { return o.name == name })
		})
		return fmt.Sprintf("%d of %d needed halls have agreed (%s)", len(counted), 2*len(voters)/3+1, who)
	}
	some, all := m.power(func(o member) bool { return slices.Contains(agreed, o.name) })
	return fmt.Sprintf("halls with %d votes have agreed (%s); %d of the %d are needed", some, who, 2*all/3+1, all)
}
