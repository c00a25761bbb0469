package catalogue

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"counterfoil/app/casework"
)

// entry is what is searched of one item, made once at load.
type entry struct {
	number  string
	code    string   // lower case, without hyphens: the keypad's own erases
	name    string   // lower case
	spoken  []sound  // the name as it is spelled
	bureau  string   // lower case
	seat    []sound  // the bureau as it is spelled
	english []string // words of the English name and bureau, lower case
}

// sound is how one character may be spelled: every reading of a Chinese
// character (行: xing, hang), or a letter or digit as it is.
type sound []string

func indexOf(items []casework.ServiceItem) []entry {
	index := make([]entry, 0, len(items))
	for i, it := range items {
		index = append(index, entry{
			number: strconv.Itoa(i + 1), code: strings.ReplaceAll(fold(string(it.Code)), "-", ""),
			name: fold(it.Name), spoken: spell(it.Name), bureau: fold(it.Bureau), seat: spell(it.Bureau),
			english: strings.FieldsFunc(fold(it.NameEN+" "+it.BureauEN), notLetter),
		})
	}
	return index
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// fold lowers letters and makes full-width letters and digits plain, which an
// input method may have left wide.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		return unicode.ToLower(r)
	}, s)
}

// spell leaves out punctuation: nobody types it.
func spell(s string) []sound {
	args := pinyin.NewArgs()
	args.Heteronym = true
	var sounds []sound
	for _, r := range fold(s) {
		if readings := pinyin.SinglePinyin(r, args); len(readings) > 0 {
			sounds = append(sounds, plain(readings))
		} else if !notLetter(r) {
			sounds = append(sounds, sound{string(r)})
		}
	}
	return sounds
}

// plain adds lu beside lv: ü is typed either way.
func plain(readings []string) sound {
	s := sound(readings)
	for _, r := range readings {
		if strings.Contains(r, "v") {
			s = append(s, strings.Replace(r, "v", "u", 1))
		}
	}
	return s
}

// initials reports whether typed are the first letters of the sounds, one each.
func initials(typed string, sounds []sound) bool {
	if len(typed) > len(sounds) {
		return false
	}
	for i := range len(typed) {
		if !sounds[i].startsWith(typed[i]) {
			return false
		}
	}
	return true
}

func (s sound) startsWith(letter byte) bool {
	for _, reading := range s {
		if reading[0] == letter {
			return true
		}
	}
	return false
}

// spelled reports whether typed spells the beginning of the sounds, each in
// full or by its first letter, the last one perhaps not to its end: yiliaoqx,
// ylqixie, yiliaoqi. Bit i of reached says that typed[:i] spells the sounds so
// far; the bound of 63 letters is kept by Search.
func spelled(typed string, sounds []sound) bool {
	reached := uint64(1)
	for _, s := range sounds {
		next := uint64(0)
		for i := range len(typed) {
			if reached&(1<<i) == 0 {
				continue
			}
			rest := typed[i:]
			for _, reading := range s {
				switch {
				case strings.HasPrefix(reading, rest):
					return true
				case strings.HasPrefix(rest, reading):
					next |= 1 << (i + len(reading))
				}
				if reading[0] == rest[0] {
					next |= 1 << (i + 1)
				}
			}
		}
		if next&(1<<len(typed)) != 0 {
			return true
		}
		if reached = next; reached == 0 {
			return false
		}
	}
	return false
}
