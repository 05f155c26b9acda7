"""Findings in Vietnamese; the terms are those of the verifier page (page/showing/texts.js)."""

from __future__ import annotations

from signer.reporting.explain_findings import Actor, FindingClass
from signer.reporting.explain_language import Language

__all__ = ["VIETNAMESE"]

VIETNAMESE = Language(
    day="%d/%m/%Y",
    shot="mũi tiêm {shot_id}",
    dose="mũi {dose}/{series}",
    given_on="ngày {day}",
    who="bên phải xử lý: {actor}",
    by_when="trước {time} ngày {day} (UTC{offset})",
    has_one="Có giấy chứng nhận đang có hiệu lực.",
    has_none="Không có giấy chứng nhận nào đang có hiệu lực.",
    unknown="không rõ",
    classes={
        FindingClass.NEVER_ENTERED: "Chưa từng được nhập: không có trong dữ liệu tiêm chủng nào đã nộp, và"
        " chưa có giấy chứng nhận.",
        FindingClass.NO_CERTIFICATE: "Chưa có giấy chứng nhận. Lý do chỉ có trong các đợt làm sạch dữ liệu,"
        " và"
        " lần này chưa tra đợt nào.",
        FindingClass.SEVERAL_PERSONS: "Có {n} mục trùng họ tên và ngày sinh này. Hãy hỏi số định danh; không"
        " cung cấp thông tin của ai trong số đó.",
        FindingClass.NOT_ATTESTED: "Chưa được xác nhận: tệp mà cơ sở tiêm chủng dùng để nộp mũi tiêm này đã"
        " bị"
        " để riêng. {files}",
        FindingClass.MISMATCH: "Không khớp với cơ sở dữ liệu dân cư, ở trường: {field}. Lý do: {why}.",
        FindingClass.FAULTY: "Thông tin đã nhập không thể đúng, ở trường: {field}. Lý do: {why}.",
        FindingClass.WITHDRAWN: "Đã rút: cơ sở tiêm chủng đã bỏ mũi tiêm này khi đính chính.",
        FindingClass.OTHER_NUMBER: "Mũi tiêm đã được đính chính và có giấy chứng nhận dưới một số định danh"
        " khác.",
        FindingClass.CORRECTED_WAITING: "Đã đính chính và đã xác minh; đang chờ đợt cấp tiếp theo.",
        FindingClass.NOT_ISSUED: "Đã xác minh nhưng chưa được cấp; đang chờ đợt cấp tiếp theo.",
        FindingClass.EARLIER_DOSE: "Bỏ qua vì là mũi tiêm trước: giấy chứng nhận của mũi tiêm mới nhất thay"
        " cho"
        " mũi này.",
        FindingClass.REFUSED: "Bị từ chối khi cấp, ngày {refused}, ở trường: {field}. Lý do: {why}.",
        FindingClass.ISSUED: "Giấy chứng nhận {uvci}: cấp ngày {issued}, hết hạn ngày {expires}.",
        FindingClass.RENEWED: "Giấy chứng nhận {uvci}: cấp lại (gia hạn) ngày {issued}, hết hạn ngày"
        " {expires}.",
        FindingClass.RESTORED: "Giấy chứng nhận {uvci}: cấp ngày {issued}, từng bị thu hồi và được khôi phục"
        " ngày {ordered}; hết hạn ngày {expires}.",
        FindingClass.EXPIRED: "Giấy chứng nhận {uvci}: đã hết hạn ngày {expires}; việc gia hạn đang bị chậm.",
        FindingClass.RENEWAL_REFUSED: "Giấy chứng nhận không được gia hạn, bị từ chối ngày {refused}, ở"
        " trường: {field}. Lý do: {why}.",
        FindingClass.SUPERSEDED: "Giấy chứng nhận {uvci}: đã được thay bằng {by} vì mũi tiêm được đính"
        " chính.",
        FindingClass.REVOKED: "Giấy chứng nhận {uvci}: đã bị thu hồi ngày {ordered} theo lệnh của"
        " {ordered_by}."
        " Lý do: {order_reason}.",
        FindingClass.DOSE_INCOMPLETE: "Chưa đủ liều cơ bản: mũi tiêm cuối được tính là mũi {dose}/{series}.",
    },
    superseded_elsewhere="Giấy chứng nhận {uvci}: đã bị thay thế vì mũi tiêm được đính chính và nay thuộc"
    " một số"
    " định danh khác.",
    never_entered_unread="Có {n} tệp của đợt cuối không đọc được: mũi tiêm có thể nằm trong đó.",
    likely_others="Nhiều khả năng đây là mũi tiêm của người khác bị nhập dưới số này.",
    advice={
        FindingClass.NEVER_ENTERED: "Hãy hỏi nơi và ngày tiêm; cơ sở tiêm chủng đó nhập mũi tiêm theo giấy tờ"
        " lưu và nộp lên.",
        FindingClass.NO_CERTIFICATE: "Hãy tra lại với --cleaned và thư mục của mọi đợt làm sạch.",
        FindingClass.SEVERAL_PERSONS: "Hãy hỏi số trên giấy tờ tùy thân rồi tra theo số đó.",
        FindingClass.NOT_ATTESTED: "Tệp phải được ký và nộp lại.",
        FindingClass.MISMATCH: "Cơ sở tiêm chủng đối chiếu với giấy tờ tùy thân và điền phiếu đính chính;"
        " nếu cơ"
        " sở dữ liệu dân cư sai thì cơ quan công an đính chính ở đó.",
        FindingClass.FAULTY: "Cơ sở tiêm chủng sửa hoặc rút mũi tiêm trong phiếu đính chính.",
        FindingClass.WITHDRAWN: "Nếu người này thực sự đã tiêm mũi đó, cơ sở tiêm chủng nhập lại.",
        FindingClass.CORRECTED_WAITING: "Người dân không phải làm gì thêm.",
        FindingClass.NOT_ISSUED: "Người dân không phải làm gì thêm.",
        FindingClass.REFUSED: "Sửa dòng dữ liệu theo lý do đã nêu rồi nộp lại.",
        FindingClass.EXPIRED: "Cần kiểm tra việc gia hạn hằng đêm.",
        FindingClass.RENEWAL_REFUSED: "Đêm tiếp theo sẽ gia hạn khi việc này đã được sửa.",
        FindingClass.REVOKED: "Ai cho rằng việc này sai thì liên hệ bên đã ra lệnh.",
        FindingClass.DOSE_INCOMPLETE: "Người dân cần tiêm mũi tiếp theo; nếu đã tiêm thì hỏi nơi tiêm, vì"
        " mũi đó"
        " chưa được nhập.",
    },
    advice_to_profile="Bổ sung vắc xin vào cấu hình, hoặc sửa tên vắc xin trong dòng dữ liệu; rồi nộp lại"
    " dòng đó.",
    actors={
        Actor.NOBODY: "không ai",
        Actor.PERSON: "người dân",
        Actor.FACILITY: "cơ sở tiêm chủng đã tiêm",
        Actor.SIGNATORY: "người ký các tệp của cơ sở tiêm chủng",
        Actor.CENTRAL: "bên tổng hợp dữ liệu",
        Actor.PROFILE: "bên quản lý cấu hình của cơ quan cấp",
        Actor.REGISTRY: "bên quản lý sổ đăng ký",
        Actor.ISSUER: "cơ quan cấp giấy chứng nhận",
        Actor.WHO_ORDERED: "bên đã ra lệnh thu hồi",
    },
    fields={
        "shot_id": "mã mũi tiêm",
        "person_id": "số định danh",
        "full_name": "họ và tên",
        "date_of_birth": "ngày sinh",
        "sex": "giới tính",
        "vaccine": "vắc xin",
        "dose_number": "số thứ tự mũi tiêm",
        "doses_in_series": "số mũi của liệu trình",
        "vaccinated_on": "ngày tiêm",
        "facility": "cơ sở tiêm chủng",
    },
    reasons={
        "not_attested": "tệp đã nộp không được ký đúng quy định",
        "number_missing": "thiếu số định danh",
        "number_malformed": "số định danh không phải là CCCD hay CMND",
        "person_not_found": "cơ sở dữ liệu dân cư không có số này",
        "both_differ": "họ tên và ngày sinh không phải của số này",
        "name_differs": "họ tên không khớp với cơ sở dữ liệu dân cư",
        "birth_differs": "ngày sinh không khớp với cơ sở dữ liệu dân cư",
        "number_of_other": "số này là của người khác giới tính hoặc khác năm sinh",
        "duplicate_shot": "có dòng khác trùng người, ngày tiêm và vắc xin",
        "dose_conflict": "mũi tiêm này và một mũi khác của cùng người mâu thuẫn với nhau",
        "date_impossible": "thiếu ngày tiêm, hoặc ngày tiêm trước mũi đầu tiên của cả nước",
        "date_in_future": "ngày tiêm ở tương lai",
        "vaccine_unknown": "thiếu tên vắc xin hoặc không rõ vắc xin",
        "dose_impossible": "số thứ tự mũi tiêm và số mũi của liệu trình không hợp nhau",
        "name_unreadable": "thiếu họ tên, hoặc có ký tự không ghi được vào giấy chứng nhận",
        "birth_impossible": "ngày sinh không thể có",
    },
    details={
        "not_digits": "có ký tự không phải chữ số",
        "length": "không có 9 hay 12 chữ số",
        "province": "ba chữ số đầu không phải mã tỉnh nào",
        "year": "năm sinh trong số này chưa tới",
        "unreadable": "không đọc được trong mũi tiêm hoặc trong cơ sở dữ liệu",
        "day_month_swapped": "ngày và tháng bị đảo",
        "year_only": "mũi tiêm chỉ ghi năm sinh",
        "one_digit": "khác một chữ số của ngày sinh",
        "other": "hai ngày sinh khác hẳn nhau",
        "sex": "khác giới tính",
        "birth_year": "khác năm sinh",
        "count": "hai mũi có cùng số thứ tự",
        "order": "mũi sau lại có ngày trước",
        "interval": "khoảng cách giữa hai mũi quá ngắn",
    },
    refusals={
        "missing_value": "còn để trống",
        "not_utf8": "văn bản không phải UTF-8",
        "value_too_long": "dài quá mức cho phép",
        "control_character": "có ký tự ẩn",
        "foreign_character": "có ký tự không viết được bằng chữ cái La-tinh",
        "name_nothing_left": "họ tên không còn chữ cái La-tinh nào",
        "person_id_malformed": "không phải 9 hay 12 chữ số, cũng không phải số hộ chiếu",
        "date_impossible": "ngày không thể có",
        "date_in_future": "ngày ở sau ngày cấp",
        "vaccinated_before_birth": "ngày tiêm trước ngày sinh",
        "vaccine_unknown": "vắc xin không có trong danh mục",
        "dose_impossible": "số thứ tự mũi tiêm và số mũi không hợp nhau",
        "duplicate": "một dòng trước đó có cùng mã mũi tiêm",
        "certificate_damaged": "không đọc được giấy chứng nhận trong sổ đăng ký",
        "holder_not_found": "không có người mang số này trong cơ sở dữ liệu dân cư",
        "holder_differs": "cơ sở dữ liệu dân cư ghi khác",
    },
    set_aside={
        "file_unreadable": "không đọc được",
        "not_signed": "chưa được ký",
        "signature_unreadable": "không đọc được chữ ký",
        "signature_incomplete": "chữ ký không đầy đủ",
        "algorithm_refused": "loại chữ ký không được chấp nhận",
        "signature_wrong": "chữ ký sai",
        "signed_in_future": "được ký với ngày ở tương lai",
        "not_in_force": "chứng thư của người ký không có hiệu lực",
        "not_trusted": "chứng thư của người ký không đáng tin cậy",
        "usage_wrong": "chứng thư của người ký không dùng để ký tệp",
        "names_no_place": "chứng thư của người ký không ghi nơi nào",
        "content_changed": "đã bị sửa sau khi ký",
        "other_province": "có dòng của tỉnh khác với tỉnh của người ký",
        "other_facility": "có dòng của cơ sở khác với cơ sở của người ký",
    },
)
