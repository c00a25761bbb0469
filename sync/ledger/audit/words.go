package audit

import "counterfoil/app/casework"

// words are the page's texts in one language, beside the findings' own sentences.
type words struct {
	Lang, Title, Sub                             string
	Hall, Counter, DayWord, Stands               string
	Sound, Look                                  string
	Compared, NotCompared, Handed, NotHanded     string
	Counts                                       []string // in the order of Day.cells
	ByKind, Findings, None, Cases, NoCases, Foot string
	Heads                                        []string // of the table of cases
	Person, Note, Revoked, Late, Paper           string
	Chain, Trust, State, Signed                  string
	States                                       map[casework.State]string
	Steps                                        map[casework.StepKind]string
}

func chinese() words {
	return words{Lang: "zh-CN", Title: "窗口日核对单", Sub: "依据各大厅共同账本，逐件取证核对",
		Hall: "大厅", Counter: "窗口", DayWord: "日期", Stands: "账本时间",
		Sound: "核对无异常", Look: "有 %d 项需要人工核查",
		Compared: "已与窗口自存的记录逐条比对", NotCompared: "未与窗口自存的记录比对",
		Handed: "已与授权中心发出证照的记录比对", NotHanded: "未与授权中心发出证照的记录比对",
		Counts: []string{"办件", "已提交", "调取证照", "已授权未调取", "已调取未办结", "已调取后放弃", "凭纸质原件", "群众已解绑", "补传的记录", "尚未上链的记录"},
		ByKind: "账本记录", Findings: "发现", None: "没有发现。", Cases: "办件清单", NoCases: "当日没有办件。",
		Foot:   "账本上只有承诺值，本页不含任何个人信息，也看不出办理的事项。",
		Heads:  []string{"办件标识", "开始", "最后", "步骤", "状态", "账本高度", "标记"},
		Person: "核查", Note: "备注", Revoked: "已解绑", Late: "补传", Paper: "纸质",
		Chain: "账本", Trust: "所信任的验证节点", State: "账本状态", Signed: "核对人密钥",
		States: map[casework.State]string{casework.StateOpened: "已开始", casework.StateAuthorized: "已授权", casework.StateRetrieved: "已调取", casework.StateConfirmed: "已确认",
			casework.StateSigned: "已签字", casework.StatePhotographed: "已拍照", casework.StateSubmitted: "已提交", casework.StateAbandoned: "已放弃"},
		Steps: map[casework.StepKind]string{casework.Opened: "开始", casework.Authorized: "授权", casework.Retrieved: "调取", casework.Confirmed: "确认",
			casework.Signed: "签字", casework.Photographed: "拍照", casework.Submitted: "提交", casework.Abandoned: "放弃"}}
}

func english() words {
	return words{Lang: "en", Title: "A counter’s day, reconciled", Sub: "Proved case by case from the ledger that the halls share",
		Hall: "Hall", Counter: "Counter", DayWord: "Day", Stands: "Ledger’s time",
		Sound: "Nothing needs a person", Look: "Findings that need a person: %d",
		Compared: "compared with what the counter keeps, entry by entry", NotCompared: "not compared with what the counter keeps",
		Handed: "compared with the licences that the centre handed out", NotHanded: "not compared with the licences that the centre handed out",
		Counts: []string{"cases", "submitted", "with licences retrieved", "authorized, not retrieved", "retrieved, still open", "retrieved, then abandoned", "by paper original", "revoked by the citizen", "entries brought late", "entries not there yet"},
		ByKind: "Entries", Findings: "Findings", None: "None.", Cases: "Cases", NoCases: "The counter opened no case on this day.",
		Foot:   "The ledger holds commitments alone: nothing on this page says whom a case is about, or which service.",
		Heads:  []string{"Case", "Opened", "Last", "Steps", "State", "Heights", "Marks"},
		Person: "look", Note: "note", Revoked: "revoked", Late: "late", Paper: "paper",
		Chain: "Ledger", Trust: "Trusted validators", State: "State", Signed: "Auditor’s key",
		States: map[casework.State]string{casework.StateOpened: "opened", casework.StateAuthorized: "authorized", casework.StateRetrieved: "retrieved", casework.StateConfirmed: "confirmed",
			casework.StateSigned: "signed", casework.StatePhotographed: "photographed", casework.StateSubmitted: "submitted", casework.StateAbandoned: "abandoned"},
		Steps: map[casework.StepKind]string{casework.Opened: "opened", casework.Authorized: "authorized", casework.Retrieved: "retrieved", casework.Confirmed: "confirmed",
			casework.Signed: "signed", casework.Photographed: "photo", casework.Submitted: "submitted", casework.Abandoned: "abandoned"}}
}
