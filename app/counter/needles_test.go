package counter_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
)

// needles are what a search looks for, by their first bytes.
type needles struct {
	by     map[[shortest]byte][]needle
	begins [1 << 16]bool // by the first two: most places of a file are left at once
}

type needle struct {
	text string
	of   string // what it was made of
}

// shortest is how long a needle must be: anything shorter stands in a large file
// by chance.
const shortest = 6

// needlesOf returns the values as they are, in UTF-16, as hexadecimal digits, in base64 at
// every offset, as escaped JSON, and their plain hashes: a hash of a number can be
// turned back by trying all numbers. It returns how many values were too short.
func needlesOf(values map[string]bool) (all *needles, short int) {
	all = &needles{by: map[[shortest]byte][]needle{}}
	for v := range values {
		if len(v) < shortest {
			short++
			continue
		}
		sum := sha256.Sum256([]byte(v))
		forms := []string{v, hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v))), wide(v, binary.LittleEndian), wide(v, binary.BigEndian), string(sum[:]), hex.EncodeToString(sum[:]), escaped(v)}
		for offset := range 3 {
			forms = append(forms, inBase64(v, offset), inBase64(string(sum[:]), offset))
		}
		for _, form := range forms {
			if len(form) >= shortest {
				k := [shortest]byte([]byte(form))
				all.by[k] = append(all.by[k], needle{form, v})
				all.begins[int(k[0])<<8|int(k[1])] = true
			}
		}
	}
	return all, short
}

// inBase64 returns the digits that are the value's alone when offset bytes stand
// before it.
func inBase64(v string, offset int) string {
	text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + v))
	return text[(offset*8+5)/6 : (offset+len(v))*8/6]
}

// wide returns a text in UTF-16, as Windows and some databases keep it.
func wide(v string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(v)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func escaped(v string) string {
	var b strings.Builder
	for _, r := range v {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		b.WriteString(`\u` + hex.EncodeToString([]byte{byte(r >> 8), byte(r)}))
	}
	return b.String()
}

// in returns what of the needles' values is found.
func (n *needles) in(hay []byte) (found []string) {
	for i := 0; i+shortest <= len(hay); i++ {
		if !n.begins[int(hay[i])<<8|int(hay[i+1])] {
			continue
		}
		for _, one := range n.by[[shortest]byte(hay[i:])] {
			if strings.HasPrefix(string(hay[i:min(len(hay), i+len(one.text))]), one.text) {
				found = append(found, one.of)
			}
		}
	}
	return found
}

func TestTheSearchFindsAValueInEveryFormThatItMayHaveTaken(t *testing.T) {
	const value = "王秀兰 119901198704120247"
	all, short := needlesOf(map[string]bool{value: true, "女": true})
	if short != 1 {
		t.Errorf("%d values are too short", short)
	}
	sum := sha256.Sum256([]byte(value))
	quoted, err := json.Marshal(map[string]any{"text": value, "hash": sum[:], "more": hex.EncodeToString([]byte(value))})
	if err != nil {
		t.Fatal(err)
	}
	for name, hay := range map[string]string{
		"plain": "a" + value + "b", "hash": string(sum[:]), "hash in digits": hex.EncodeToString(sum[:]), "JSON": string(quoted),
		"escaped": `{"x":"` + escaped(value) + `"}`, "hex": hex.EncodeToString([]byte(value)),
		"UTF-16, little end first": wide(value, binary.LittleEndian), "UTF-16, big end first": wide(value, binary.BigEndian),
		"base64": base64.StdEncoding.EncodeToString([]byte(value)), "base64, one on": base64.StdEncoding.EncodeToString([]byte("1" + value)),
		"base64, two on": base64.StdEncoding.EncodeToString([]byte("12" + value + "3")),
	} {
		if len(all.in([]byte(hay))) == 0 {
			t.Errorf("%s: it is not found", name)
		}
	}
	if found := all.in([]byte("王秀 119901198704120248 女")); len(found) != 0 {
		t.Errorf("found %q", found)
	}
}
