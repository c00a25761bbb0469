package stu

import (
	"crypto/cipher"
	"encoding/binary"
	"slices"
	"sync"

	"counterfoil/app/casework"
)

// way is how pen data come at the moment: in the clear, or encrypted within a
// capture. Show turns it, Read asks it. The zero value is a pad in the clear.
//
// After a turn reports of before may still be waiting, as many as a kernel keeps.
// Clear ones are left out within a capture, because nobody could tell them from ink
// that somebody else made up on the cable, and end the pad once encrypted ones
// came. Encrypted ones after a capture are as good as ever.
type way struct {
	mu      sync.Mutex
	block   cipher.Block // of the latest capture; nil: there was none
	session uint32
	secret  bool // a capture was started and its end not
	sure    bool // the pad said so
	begun   bool // a report of the new kind came
	late    int  // reports of the old one since the pad said so
}

// turn says that a report is about to be written which starts a capture, or with
// nil ends it.
func (w *way) turn(block cipher.Block, session uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.secret, w.sure, w.begun, w.late = block != nil, false, false, 0
	if block != nil {
		w.block, w.session = block, session
	}
}

// turned says that the pad confirmed it.
func (w *way) turned() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sure = true
}

// pair is what a report says as clear reports: the two of a block, one and nil, or
// none.
type pair [2][]byte

// pass returns what a report says. fresh is true for the first of the new kind
// after a turn.
func (w *way) pass(r []byte) (clear pair, fresh bool, err error) {
	if len(r) == 0 {
		return pair{}, false, casework.Refuse(casework.PadGarbled, "an empty report")
	}
	if r[0] == inDevicePublic || r[0] == inEncryption {
		return pair{}, false, nil // answers to the agreement on a key, which are asked for
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	secret := encrypted(r[0])
	switch {
	case secret == w.secret:
		fresh = !w.begun
		w.begun = true
	case w.secret && w.begun:
		return pair{}, false, casework.Refuse(casework.PadGarbled, "a clear pen report in a capture")
	case w.sure:
		if w.late++; w.late > mostEarly {
			return pair{}, false, casework.Refuse(casework.PadGarbled, "pen reports of before come too late")
		}
	}
	switch {
	case secret:
		clear, err = w.open(r)
	case !w.secret:
		clear[0] = r
	}
	return clear, fresh, err
}

// encrypted reports whether a report has pen data in a block.
func encrypted(id byte) bool {
	return id == inSecret || id == inSecretOption || id == inSecretTimeSeq
}

// open decrypts a report, each block by itself. Its session number must be that of
// the capture: a block of another key decrypts to anything. The options of report
// 0x31 stand beside the block, in the clear: a sequence there shows what was lost,
// and not what somebody took away.
func (w *way) open(r []byte) (pair, error) {
	if len(r) != sizes()[r[0]] || w.block == nil {
		return pair{}, casework.Refuse(casework.PadGarbled, "an encrypted report of a wrong length, or without a capture")
	}
	var b [16]byte
	w.block.Decrypt(b[:], r[1:17])
	if r[0] == inSecretTimeSeq {
		if binary.BigEndian.Uint32(b[12:]) != w.session {
			return pair{}, foreign()
		}
		return pair{append([]byte{inPenTimeSeq}, b[:10]...)}, nil
	}
	if binary.BigEndian.Uint32(b[:]) != w.session {
		return pair{}, foreign()
	}
	id := byte(inPen)
	if r[0] == inSecretOption {
		id = inPenOption
	}
	first, second := append([]byte{id}, b[4:10]...), append([]byte{id}, b[10:16]...)
	if r[0] == inSecretOption {
		first, second = append(first, r[17:19]...), append(second, r[19:21]...)
	}
	if slices.Equal(first, second) && (id == inPenOption || second[1]&0x80 == 0) {
		return pair{first}, nil // a report that had none to go with
	}
	return pair{first, second}, nil
}

func foreign() error {
	return casework.Refuse(casework.PadGarbled, "a pen report of another capture or key")
}
