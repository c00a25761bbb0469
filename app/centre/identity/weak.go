package identity

import "strings"

// weak reports whether a password is none, or one that is tried first: fewer than
// six digits or more than twenty, one digit alone, a row up or down, a group of at
// most three repeated, or digits that others know of the holder.
func weak(password string, known []string) bool {
	if len(password) < minPassword || len(password) > maxPassword {
		return true
	}
	for _, r := range password {
		if r < '0' || r > '9' {
			return true
		}
	}
	return row(password, 1) || row(password, 9) || repeated(password) || familiar(password, known)
}

// row reports whether every digit follows the one before by step, modulo ten:
// 890123 is a row as well.
func row(digits string, step byte) bool {
	for i := 1; i < len(digits); i++ {
		if (digits[i-1]-'0'+step)%10 != digits[i]-'0' {
			return false
		}
	}
	return true
}

func repeated(digits string) bool {
	for n := 1; n <= 3; n++ {
		if strings.HasPrefix(strings.Repeat(digits[:n], len(digits)/n+1), digits) {
			return true
		}
	}
	return false
}

// familiar reports whether the password is a part of something known, or holds it
// with nothing but a digit or two beside.
func familiar(password string, known []string) bool {
	for _, k := range known {
		if strings.Contains(k, password) || len(k) >= 4 && strings.Contains(password, k) && len(password)-len(k) <= 2 {
			return true
		}
	}
	return false
}
