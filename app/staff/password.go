package staff

import (
	"context"
	"strings"
	"unicode/utf8"

	"counterfoil/app/casework"
	"counterfoil/app/phc"
	"counterfoil/app/protocol"
)

// ChangePassword sets an own password in place of the one before, a one-time one
// too; see desk.Staff. The centre checks the one before itself and keeps the new
// one's verifier, so that every counter of the hall has it. When the answer is lost
// on the way, the new one may hold already: the roster says so when it comes.
func (s *Staff) ChangePassword(ctx context.Context, number, before, fresh string) error {
	s.proving.Lock()
	defer s.proving.Unlock()
	c, err := s.byPassword(number, before)
	if err == nil {
		err = s.change(ctx, c, before, fresh)
	}
	return s.noted(ctx, casework.OperatorAct{Clerk: c.Number, What: casework.OpPassword}, err)
}

func (s *Staff) change(ctx context.Context, c protocol.RosterClerk, before, fresh string) error {
	if fresh == before || Weak(fresh, c.Number, c.Name) {
		return casework.Refuse(casework.OwnPasswordWeak, "too short, or easily guessed")
	}
	raw, err := s.o.Set(ctx, protocol.ClerkPassword{Number: c.Number, Before: before, Verifier: phc.Hash(fresh, s.o.Cost)})
	if err != nil {
		return err
	}
	if err := s.Take(ctx, raw); casework.KindOf(err) != casework.RosterOld { // then a newer one came by itself meanwhile
		return err
	}
	return nil
}

// minPassword is the least length of an own password, in characters.
const minPassword = 8

// Weak reports whether a password is one that is tried first: of fewer than eight
// characters, or more than phc.MaxPassword bytes; a row up or down; a group of at
// most three characters repeated; one that holds the number, or the name, with
// fewer than four other characters.
func Weak(password, number, name string) bool {
	if utf8.RuneCountInString(password) < minPassword || len(password) > phc.MaxPassword {
		return true
	}
	return row([]rune(password)) || repeated([]rune(password)) || about(password, number) || about(password, name)
}

// row reports whether every character follows the one before, up or down; after 9
// comes 0.
func row(p []rune) bool {
	follows := func(a, b rune) bool { return b == a+1 || a == '9' && b == '0' }
	up, down := true, true
	for i := 1; i < len(p); i++ {
		up, down = up && follows(p[i-1], p[i]), down && follows(p[i], p[i-1])
	}
	return up || down
}

func repeated(p []rune) bool {
	for n := 1; n <= 3; n++ {
		same := true
		for i := n; i < len(p); i++ {
			same = same && p[i] == p[i-n]
		}
		if same {
			return true
		}
	}
	return false
}

func about(password, known string) bool {
	if known == "" {
		return false
	}
	rest := strings.ReplaceAll(strings.ToLower(password), strings.ToLower(known), "")
	return len(rest) < len(password) && utf8.RuneCountInString(rest) < 4
}
