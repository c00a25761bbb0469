package scanner

// Keys of linux/input-event-codes.h that change what others type.
const (
	keyEnter      = 28
	keyKPEnter    = 96
	keyLeftCtrl   = 29
	keyRightCtrl  = 97
	keyLeftShift  = 42
	keyRightShift = 54
)

// typed returns what a key types on a keyboard of the layout of the United
// States, which scanners send unless they were told otherwise; 0: nothing. With
// Ctrl a letter is the control character of its place in the alphabet.
func typed(code uint16, shift, ctrl bool) byte {
	const (
		plain   = "\x00\x1b1234567890-=\x08\tqwertyuiop[]\r\x00asdfghjkl;'`\x00\\zxcvbnm,./\x00*\x00 "
		shifted = "\x00\x1b!@#$%^&*()_+\x08\tQWERTYUIOP{}\r\x00ASDFGHJKL:\"~\x00|ZXCVBNM<>?\x00*\x00 "
		keypad  = "789-456+1230." // from 71 on
	)
	switch {
	case int(code) < len(plain) && ctrl && letter(plain[code]):
		return plain[code] & 0x1f
	case int(code) < len(plain) && shift:
		return shifted[code]
	case int(code) < len(plain):
		return plain[code]
	case code >= 71 && int(code-71) < len(keypad):
		return keypad[code-71]
	case code == 98:
		return '/'
	case code == keyKPEnter:
		return '\r'
	}
	return 0
}
