package centre

import (
	"context"

	"counterfoil/app/casework"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/repository"
	"counterfoil/app/protocol"
)

// EnrolHolder lets a holder begin on a phone whose paper original was seen: for
// the first time, or anew, and then what was before is revoked.
func (c *Centre) EnrolHolder(ctx context.Context, who protocol.EnrolHolder) (protocol.HolderCode, error) {
	holder := who.Holder
	if holder == "" {
		var ok bool
		if holder, ok = c.repository.ByNumber(who.Number); !ok {
			return protocol.HolderCode{}, casework.Refuse(casework.HolderUnknown, "")
		}
	}
	code, err := c.identity.Enrol(ctx, holder)
	return protocol.HolderCode{Code: code.Code, Until: code.Until, Page: c.PhoneURL()}, err
}

// ReloadRegister reads the licence repository's register again, when an issuer has
// changed something: RegisterInvalid with the place where the file is wrong, and
// then the register stays as it was.
func (c *Centre) ReloadRegister() error {
	if err := c.repository.Reload(); err != nil {
		return casework.Refuse(casework.RegisterInvalid, err.Error())
	}
	return nil
}

// person is what the identities need to know of a holder.
func (c *Centre) person(holder string) (identity.Person, bool) {
	who, ok := c.repository.Holder(holder)
	return identity.Person{Name: who.Name, Known: append(c.repository.Known(holder), repository.PracticePIN)}, ok
}
