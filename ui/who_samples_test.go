package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/look"
)

// whoStages returns what is shown of whoever sits there.
func whoStages(items map[string]casework.ServiceItem) map[string]desk.Snapshot {
	all := map[string]desk.Snapshot{}
	out := sampleBase(desk.StageSignIn)
	out.Staffed, out.Clerk = true, ""
	all["sign-in"] = out
	slowed := out
	slowed.Practice = false
	slowed.Problem = &desk.Problem{Kind: casework.ClerkSlowed, At: noon, Wait: 30 * time.Second}
	all["sign-in-slowed"] = slowed
	locked := staffedAs(sampleBase(desk.StageLocked), casework.RoleClerk)
	all["locked"] = locked
	wrong := locked
	wrong.Problem = &desk.Problem{Kind: casework.ClerkRefused, At: noon}
	all["locked-refused"] = wrong
	watcher := staffedAs(sampleBase(desk.StageIdle), casework.RoleObserver)
	all["idle-observer"] = watcher
	own := staffedAs(sampleCase(desk.StageSubmit, items["company"], 6), casework.RoleClerk)
	own.Asks = &desk.Asks{What: desk.GuardSubmit}
	all["word-own"] = own
	second := own
	second.Asks = &desk.Asks{What: desk.GuardAbandon, Second: true}
	all["word-second"] = second
	all["idle-staffed"] = staffedAs(sampleBase(desk.StageIdle), casework.RoleSupervisor)
	return all
}

func staffedAs(s desk.Snapshot, role casework.ClerkRole) desk.Snapshot {
	s.Staffed, s.Who = true, casework.Clerk{Number: s.Clerk, Role: role}
	return s
}

// sampleActs is a day of the operator log.
func sampleActs() []casework.OperatorAct {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	return []casework.OperatorAct{
		{Seq: 1042, Time: at(-1), Clerk: "0317", Second: "0001", What: casework.OpStep, Note: "abandoned", Case: "0123456789abcdef0123456789abcdef"},
		{Seq: 1041, Time: at(-1), Clerk: "0001", What: casework.OpSecond, Case: "0123456789abcdef0123456789abcdef"},
		{Seq: 1040, Time: at(-2), Clerk: "0317", What: casework.OpSecond, Note: "abandon", Why: casework.SecondUnfit, Case: "0123456789abcdef0123456789abcdef"},
		{Seq: 1039, Time: at(-9), What: casework.OpUnlock, Why: casework.ClerkRefused},
		{Seq: 1038, Time: at(-14), Clerk: "0317", What: casework.OpLock, Note: "idle"},
		{Seq: 1037, Time: at(-30), Clerk: "0317", What: casework.OpSearch},
		{Seq: 1036, Time: at(-31), Clerk: "0500", What: casework.OpStep, Note: "opened", Why: casework.RoleNotEnough},
	}
}

// whoPictures are the pictures of it that a key opens.
func whoPictures(wide, small fyne.Size) []picture {
	log := func(broken bool) func(b *bench) {
		return func(b *bench) {
			b.desk.mu.Lock()
			b.desk.acts, b.desk.broken = sampleActs(), broken
			b.desk.mu.Unlock()
			b.w.openOperators()
			b.until(func() bool { return b.w.operators.Count() > 0 })
		}
	}
	menu, own := func(b *bench) { b.w.whoMenu() }, func(b *bench) { b.w.ownPassword() }
	first := func(b *bench) { b.w.askPassword("0317", "once") }
	var list []picture
	for _, p := range []picture{{name: "who-menu", stage: "idle-staffed", then: menu}, {name: "who-password", stage: "idle-staffed", then: own},
		{name: "who-password-first", stage: "sign-in", then: first}, {name: "who-log", stage: "idle-staffed", then: log(false)},
		{name: "who-log-broken", stage: "idle-staffed", then: log(true)}} {
		p.language, p.mode, p.scale, p.size = "zh-CN", look.Light, 1, wide
		list = append(list, p)
		p.name, p.language, p.scale, p.size = "tight-"+p.name, "en", 1.3, small
		list = append(list, p)
	}
	return list
}
