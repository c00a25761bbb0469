//go:build window

package main_test

import "testing"

// proves types number and password as somebody at the sign-in does. An empty number
// leaves the one that stands there.
func (c *counter) proves(number, password string) {
	c.t.Helper()
	if number != "" {
		c.pressed(number)
		c.keys("Return")
	}
	c.pressed(password) // as a person does: what comes faster is a scanner's
	c.keys("Return")
}

// TestWindowAClerkSignsInLocksAndHandsOver: in the real window the counter is locked
// by one key from wherever the focus is, opened by its clerk, handed to another in
// the middle of a case, left, and looked at by an observer. A case that waits is
// where it was.
func TestWindowAClerkSignsInLocksAndHandsOver(t *testing.T) {
	const practice = "246810"
	c := startCounter(t)
	c.keys("ctrl+l") // the search line has the focus
	c.await(`msg=shown stage=locked`)
	c.proves("", "000000")
	c.await(`msg=shown stage=locked .*problem=clerk-refused`)
	c.picture("locked-refused")
	c.proves("", practice)
	c.await(`msg=shown stage=idle`)

	c.chosen("ylqx", `msg=screen kind=qr`)
	c.keys("F12")
	c.await(`msg=shown stage=locked`)
	c.picture("locked")
	c.keys("F3", "F4", "F10", "Return") // no page opens; an empty password empties the number
	c.proves("0001", practice)
	c.await(`msg=shown stage=authorize`)

	c.keys("ctrl+F12", "3")
	c.await(`msg=shown stage=sign-in`)
	c.picture("sign-in")
	c.proves("0500", practice)
	c.await(`msg=shown stage=idle`)
	c.keys("Return", "F3") // who opens no cases is offered none
	c.picture("observer")
	c.keys("Escape", "ctrl+F12", "3")
	c.await(`msg=shown stage=sign-in`)

	c.proves("0317", practice)
	c.await(`msg=shown stage=idle`)
	c.keys("Return") // the case that waits comes first
	c.await(`msg=shown stage=authorize`)
	c.keys("Escape", "1")
	c.await(`msg=shown stage=ended`)
}
