package authorization

import (
	"context"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// MakeCode makes the holder's code for the chosen kinds, hall ("": any, then
// its use asks for the tap) and item ("": any that needs no more than the
// kinds). It ends the holder's earlier one. The caller has checked the PIN,
// that the kinds are held, and that the hall exists.
func (s *Service) MakeCode(ctx context.Context, who Party, kinds []casework.LicenceKind, hall casework.HallID, item casework.ItemCode) (protocol.MadeCode, error) {
	if len(kinds) == 0 {
		return protocol.MadeCode{}, casework.Refuse(casework.WrongKind, "no kind of licence is chosen")
	}
	if item != "" {
		it, err := s.item(item)
		if err != nil {
			return protocol.MadeCode{}, err
		}
		if !covers(kinds, it) {
			return protocol.MadeCode{}, casework.Refuse(casework.WrongKind, "the item needs a kind that is not chosen")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	c := store.Code{Holder: who.Holder, Entity: who.Entity, Acting: who.Acting, Kinds: kinds, Hall: hall, Item: item, Made: now, Until: now.Add(CodeLife)}
	var digits string
	err := s.o.Store.Do(ctx, func(tx *store.Tx) error {
		if err := s.expire(tx, who.Holder); err != nil { // what ended unused is no longer there to be told
			return err
		}
		if err := tx.EndCodes(who.Holder); err != nil {
			return err
		}
		for fresh := false; !fresh; { // again where the digits are taken: rarely more than once
			var err error
			if digits, err = newDigits(); err != nil {
				return err
			}
			c.MAC = s.secret.codeMAC(digits)
			if fresh, err = tx.AddCode(c, s.secret.masked(digits)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return protocol.MadeCode{}, err
	}
	s.forgetDigits(now)
	s.digits[who.Holder] = liveDigits{digits, c.Until}
	return protocol.MadeCode{Code: digits, Until: c.Until, Hall: hall}, nil
}

func (s *Service) forgetDigits(now time.Time) {
	for holder, d := range s.digits {
		if !now.Before(d.until) {
			delete(s.digits, holder)
		}
	}
}

// LiveCode returns the holder's code while it lives, and after its use while a
// tap waits for an answer or until it would have run out. The digits are empty
// once it is used, and after the centre was started again: they are kept in
// memory alone, though the code itself still works.
func (s *Service) LiveCode(ctx context.Context, holder string) (made protocol.MadeCode, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	err = s.o.Store.Do(ctx, func(tx *store.Tx) error {
		c, found, err := tx.CodeOf(holder)
		if err != nil || !found {
			return err
		}
		made = protocol.MadeCode{Until: c.Until, Hall: c.Hall}
		switch c.State {
		case store.CodeLive:
			made.Code, ok = s.digits[holder].digits, now.Before(c.Until)
		case store.CodeUsed:
			made.Used, ok = true, now.Before(c.Until)
			if c.Request == "" {
				return nil
			}
			r, found, err := tx.Request(c.Request)
			if err != nil || !found {
				return err
			}
			if pending(r) && now.Before(r.Until) {
				made.Until, made.Tap, ok = r.Until, s.secret.token(r.ID), true
			}
		}
		return nil
	})
	return made, ok, err
}

// EndCode ends the holder's live code.
func (s *Service) EndCode(ctx context.Context, holder string) error {
	s.mu.Lock()
	delete(s.digits, holder)
	s.mu.Unlock()
	return s.o.Store.Do(ctx, func(tx *store.Tx) error { return tx.EndCodes(holder) })
}

// covers reports whether the kinds are all that the item needs.
func covers(kinds []casework.LicenceKind, item casework.ServiceItem) bool {
	return !slices.ContainsFunc(item.Needs, func(n casework.LicenceNeed) bool { return !slices.Contains(kinds, n.Kind) })
}

// fits reports whether a code could be redeemed here: its hall or any, its
// item, or any item that needs no more than its kinds.
func fits(c store.Code, hall casework.HallID, item casework.ServiceItem) bool {
	return (c.Hall == "" || c.Hall == hall) && (c.Item == "" || c.Item == item.Code) && covers(c.Kinds, item)
}
