"""Small constructed pages of every format, and what to damage them with: tests and fuzzing."""

from __future__ import annotations

REVIEW = '"@type":"Review","author":"Инна","reviewBody":"Да","reviewRating":{"ratingValue":4}'
SEEDS = (
    f'<script type="x/ld+json">{{"@graph":[{{"@id":"#a",{REVIEW}}},{{"@id":"#a"}}]}}</script>',
    '<div itemscope itemtype="https://schema.org/Review" itemref="x"><b itemprop="author">A</b>'
    '<time itemprop="datePublished" datetime="2024-03-05">x</time>'
    '<p itemprop="reviewBody">B</p></div>',
    '<p typeof="schema:Comment" about="/c/1"><b property="schema:text">B</b></p>',
    '{"feed":{"entry":[{"id":{"label":"7"},"im:rating":{"label":"2"},"title":{"label":"a"}}],'
    '"link":[{"attributes":{"rel":"next","href":"https://itunes.apple.com/page=2/xml"}}]}}',
    '<feed xmlns:im="http://itunes.apple.com/rss"><entry><id>7</id>'
    "<im:rating>2</im:rating></entry></feed>",
    '{"post_stream":{"posts":[{"id":1,"cooked":"<p>x</p>","post_number":1,"username":"a",'
    '"created_at":"2024-03-05T10:00:00Z","actions_summary":[{"id":2,"count":3}]}],'
    '"stream":[1,2]},"id":5}',
    '{"topic_list":{"topics":[{"id":5}],"more_topics_url":"/latest?page=1"}}',
    '{"grouped_search_result":{"more_full_page_results":true},"posts":[{"id":5}]}',
    '[["wrb.fr","UsvDTd","[[[\\"7\\",[\\"a\\"],2,null,\\"x\\",[1709629200,0]]],[null,\\"t\\"]]"]]',
    '{"success":1,"query_summary":{"total_reviews":1},"reviews":[{"recommendationid":"7",'
    '"review":"x","timestamp_created":1709629200,"author":{"steamid":"1"}}],"cursor":"Ab"}',
    '<script id="__NEXT_DATA__">{"props":{"pageProps":{"reviews":[{"id":"r1","rating":2,"text":'
    '"x","dates":{"publishedDate":"2024-03-05"},"consumer":{"id":"u"}}],"filters":{}}}}</script>',
    '<div class="review-list-chunk"><div class="item"><a href="/review_7001.html">x</a>'
    '<div class="review-plus">x</div><div class="rating-score" title="Рейтинг: 2"></div></div>',
    '<div class="reviewBlock" id="node-myreview-7"><p itemprop="reviewBody">x</p><b class="plus">',
    '<p data-module-options="{&quot;responses&quot;:{&quot;data&quot;:[{&quot;id&quot;:7}]}}">',
    '{"data":[{"id":7,"grade":2,"text":"x","isCountable":true}],"hasMorePages":true,"total":9}',
    '{"reviews":[{"id":7,"rating":2,"official_answer":[{"text":"x"}],"likes_score":1}],"meta":{}}',
    '{"reviews":[{"id":"f","comment":{"text":"x"},"localizedDate":"3/5/2024","user":{}}]}',
    '{"data":[{"id":"7","type":"user-reviews","attributes":{"rating":2,"review":"x"}}],"next":"/v1"}',
    '{"hits":[{"reviewId":"7","prosText":"x","overallRating":4,"reviewer":{"fullName":"a"}}]}',
    '<div class="review-card"><b class="reviewer-name">a</b><p>Retail, 1-10 employees</p>'
    '<h3>x</h3><i aria-label="4 out of 5"></i><p>Pros:</p><p>x</p></div>',
    '<script>self.__next_f.push([1,"1:[\\"$\\",\\"article\\",null,{\\"className\\":'
    '\\"Review_review\\",\\"children\\":[\\"$\\",\\"a\\",null,{\\"href\\":'
    '\\"/reviews/x\\",\\"children\\":\\"x\\"}]}]\\n"])</script>',
    '[null,"t",[[["7",["0x0:0x1",null,1709629200000000],[[2],["x","ru"]]],null,"t"]]]',
    '{"result":{"place_id":"p","reviews":[{"author_name":"a","rating":4,"text":"x","time":1709629200}]}}',
    '{"id":"p","userRatingCount":1,"reviews":[{"name":"places/p/reviews/7","rating":2,'
    '"originalText":{"text":"x"},"publishTime":"2024-03-05T10:00:00Z"}]}',
    '{"data":{"reviews":[{"reviewId":"7","businessId":"12345","text":"x","rating":2}],'
    '"params":{"count":1}}}',
    '<script class="state-view">{"reviewResults":{"reviews":[{"reviewId":"7","text":"x"}]}}',
    '{"meta":{"code":200,"next_link":"https://public-api.reviews.2gis.com/2.0/x"},'
    '"reviews":[{"id":"7","text":"x","official_answer":{"text":"y"}}]}',
    '{"reviews":[{"id":7,"comments":"x","createdAt":"2024-03-05T10:00:00Z","reviewer":{"id":1}}]}',
    '<div id="review_2601" class="reviewSelector">tripadvisor<p class="entry">x</p></div>',
    '{"data":[{"id":7,"text":"x","owner_response":{"text":"y"}}],"paging":{}}',
    '{"reviews":[{"reviewId":"7","starRating":"TWO","comment":"x","createTime":"2024-03-05T10:00:00Z"}]}',
    '<div id="R1ABCDEFGHIJ" data-hook="review"><i class="a-star-4 review-rating"></i><b data-hook='
    '"review-title">x</b></div><ul class="a-pagination"><li class="a-last"><a href="/2">',
    '{"data":{"reviewListFrontend":{"reviewCard":[{"reviewUrl":"7","reviewScore":5.5,'
    '"textDetails":{"positiveText":"x"}}],"reviewsCount":1}}}',
    '{"response":{"tips":[{"id":"7","createdAt":1709629200,"text":"x"}]}}',
    '{"feedbackCount":1,"feedbacks":[{"id":"w7","productValuation":4,"text":"x","wbUserDetails":{}}]}',
    '{"products":[{"id":12345,"root":777}]}',
    '{"reviews":[{"signature":"7","kid":"k","payload":{"sub":"geo:1,2?q=a","rating":25,'
    '"iat":1709629200}}]}',
    '{"widgetStates":{"webListReviews-1-d-1":"{\\"reviews\\":[{\\"uuid\\":\\"u\\",\\"itemId\\":5,'
    '\\"content\\":{\\"comment\\":\\"x\\",\\"score\\":2}}],\\"paging\\":{\\"total\\":1}}"}}',
    '<noframes data-apiary="patch">{"collections":{"reviewV2":{"5":{"id":5,"rating":2,"pro":"x",'
    '"descriptor":[{"content":"16 мая"}],"votes":{"votesAgree":1}}}}}</noframes>',
    '{"status":"OK","result":{"feedbacks":[{"feedbackId":7,"statistics":{"rating":2}}]}}',
    '{"HasErrors":false,"TotalResults":9,"Results":[{"Id":"7","Rating":2,"RatingRange":5,'
    '"ReviewText":"x","SubmissionTime":"2024-03-05","CommentIds":["c"]}],"Includes":{}}',
    '{"store":{"site_host":"a"},"reviews":[{"id":"7","body":"x","is_verified":true,"rating":2,'
    '"rating_details":[{"label":"a","value":2}]}],"meta":{"total_pages":2}}',
    '{"data":{"products":{"items":[{"name":"a","reviews":{"items":[{"nickname":"a","text":"x",'
    '"average_rating":40}],"page_info":{"current_page":1,"total_pages":2}}}]}}}',
    '[{"id":7,"date_created_gmt":"2024-03-05T10:00:00","product_id":3,"reviewer":"a","review":"x",'
    '"rating":2,"verified":true}]',
    '{"entries":[{"type":"score","value":{"reviewCount":1}},{"type":"rating","value":{"id":7,'
    '"score":2,"stageTitle":"x","textSections":[{"text":"x"}]}}],"nextPage":"/web/6/user/a"}',
    '<div data-marker="review(0)"><b data-marker="review(0)/text-section/text">x</b></div>',
    '[{"author":"a","subtitle":"16 мая","stage":"x","item_title":"x","score":"2","text":"x"}]',
    '<li class="fdbk-container" data-feedback-id="7"><b data-test-type="negative"></b>'
    '<div class="fdbk-container__details__comment">x</div></li>',
    '[{"id":7,"post":3,"parent":6,"author_name":"a","date_gmt":"2024-03-05T10:00:00","content":'
    '{"rendered":"<p>x</p>"},"link":"https://a.example/#comment-7","type":"comment"}]',
    '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><guid>7</guid><title>x</title>'
    "<dc:creator>a</dc:creator><link>/1</link><description>&lt;p&gt;x</description></item></channel>",
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>7</id><author><name>a</name></author>'
    '<content type="xhtml"><div>x</div></content><link rel="next" href="/2"/></entry></feed>',
    '<body id="phpbb"><div class="post" id="p7"><p class="author"><strong>a</strong> 5.3.2024</p>'
    '<div class="content">x</div></div><div class="pagination"><a rel="next" href="?start=10">',
    '<html id="XF"><article class="message message--post" data-content="post-7" data-author="a">'
    '<time datetime="2024-03-05"></time><div class="bbWrapper">x</div></article>',
    '<li class="postcontainer" id="post_7"><a class="username" href="/member.php?u=1">a</a>'
    '<div id="post_message_7">x<div class="bbcode_quote">y</div></div></li>',
    '{"kind":"youtube#commentThreadListResponse","nextPageToken":"T","items":[{"id":"a","snippet":'
    '{"totalReplyCount":3,"topLevelComment":{"id":"a","snippet":{"videoId":"abcdefghijk",'
    '"textOriginal":"x","publishedAt":"2024-03-05T10:00:00Z","likeCount":1}}}}]}',
    '{"response":{"count":2,"items":[{"id":1,"from_id":2,"date":1772704800,"text":"x","post_id":5,'
    '"owner_id":-7,"parents_stack":[3],"thread":{"count":4,"items":[]}}],"profiles":[{"id":2}]}}',
    '<a class="js-messages_more" data-before="9"></a><div class="tgme_widget_message" '
    'data-post="a1234/5"><div class="tgme_widget_message_text">x</div><span '
    'class="tgme_widget_message_views">1K</span><time datetime="2024-03-05T10:00:00Z">x</time>',
    '{"items":[{"question_id":1,"title":"x","body":"<p>x</p>","owner":{"user_id":2},"answers":[{'
    '"answer_id":3,"question_id":1,"body":"x","comments":[{"comment_id":4,"post_id":3,"body":"x"}]}],'
    '"creation_date":1709629200,"score":-1,"answer_count":1}],"has_more":true,"quota_remaining":9}',
    '[{"kind":"Listing","data":{"children":[{"kind":"t3","data":{"id":"a1","title":"x","selftext":""}}'
    ']}},{"kind":"Listing","data":{"after":"t1_b","children":[{"kind":"t1","data":{"id":"b1","body":'
    '"x","link_id":"t3_a1","parent_id":"t3_a1","score":-1,"created_utc":1709629200.0,"replies":""}},'
    '{"kind":"more","data":{"children":["c1"],"count":1,"parent_id":"t1_b1"}}]}}]',
    '[{"id":"7","uri":"https://a.example/7","content":"<p>x</p>","in_reply_to_id":"6","reblog":null,'
    '"reblogs_count":1,"replies_count":1,"account":{"acct":"a","url":"https://a.example/@a"}}]',
    '{"ancestors":[],"descendants":[{"id":"8","content":"x","account":{}}]}',
    '{"hits":[{"objectID":"7","comment_text":"x","author":"a","created_at_i":1709629200,"points":1,'
    '"story_id":5,"parent_id":6,"num_comments":2}],"page":0,"nbPages":1,"nbHits":9,"hitsPerPage":1}',
    '{"id":5,"type":"story","author":"a","title":"x","children":[{"id":6,"text":"x","children":[]}]}',
    '{"data":[{"id":"1_2","message":"x","created_time":"2024-03-05T10:00:00+0000","comments":{"data":'
    '[{"id":"2_3","message":"y"}],"paging":{"next":"https://graph.facebook.com/v23.0/1_2/comments"}}},'
    '{"recommendation_type":"positive","review_text":"x","open_graph_story":{"id":"4"}}]}',
    '{"178":{"id":"178","text":"x","timestamp":"2024-03-05T10:00:00+0000","replies":{"data":[]}}}',
    '{"error":{"message":"x","code":190,"fbtrace_id":"x"}}',
    '<body class="postid-9"><div class="woocommerce-Reviews"><ol><li class="review depth-1" id='
    '"li-comment-7"><div id="comment-7"><div class="star-rating" aria-label="4 out of 5"></div>'
    '<b class="woocommerce-review__author">A</b><time datetime="2024-03-05">x</time>'
    '<div class="description">x</div></div><ul class="children"><li class="comment bypostauthor '
    'depth-2" id="comment-8"><p>y</p></li></ul></li></ol></div>',
    '<link rel="https://api.w.org/" href="https://b.example/wp-json/"><ol><li class="comment '
    'depth-1" id="comment-7"><cite class="fn">A</cite> says: <div class="comment-meta">March 4, '
    '2025</div><p>x</p><div class="reply">y</div><li class="comment depth-2" id="li-comment-8">'
    "<p>z</p>",
)
NAMES = (
    "@type", "@id", "@graph", "review", "reviewBody", "author", "name", "reviewRating", "comment",
    "ratingValue", "datePublished", "itemReviewed", "post_stream", "posts", "id", "cooked", "feed",
    "stream", "topic_list", "topics", "entry", "label", "link", "attributes", "im:rating", "title",
    "userReviewList", "latest_posts", "username", "created_at", "version", "more_topics_url",
    "reviews", "recommendationid", "query_summary", "steamid", "timestamp_created",
    "pageProps", "props", "consumer", "dates", "publishedDate", "labels", "reply", "stars",
    "data", "grade", "dateCreate", "agentAnswerText", "company", "user", "official_answer",
    "comment", "text", "localizedDate", "businessOwnerReplies", "pagination",
    "hits", "reviewId", "reviewer", "prosText", "overallRating", "vendorResponse", "totalHits",
    "result", "place_id", "rating", "text", "time",
    "reviewId", "businessId", "params", "reviewResults", "businessComment",
    "meta", "next_link",
    "comments", "createdAt", "reviewer",
    "owner_response", "subratings",
    "starRating", "reviewReply", "createTime",
    "reviewListFrontend", "textDetails", "reviewScore", "reviewsCount",
    "response", "tips", "items",
    "feedbacks", "productValuation", "wbUserDetails", "bables", "answer", "products", "root",
    "payload", "signature", "kid", "sub",
    "widgetStates", "webListReviews-1-d-1", "uuid", "content", "comments", "list", "paging",
    "collections", "reviewV2", "descriptor", "pro", "feedbackId", "statistics",
    "Results", "Id", "Rating", "RatingRange", "SubmissionTime", "Includes", "Reviews",
    "reviewer", "nickname", "average_rating", "items", "page_info",
    "entries", "type", "value", "textSections", "nextPage", "item_title", "stage", "subtitle",
    "rendered", "_embedded", "up", "code",
    "reblog", "account", "acct", "statuses", "ancestors", "descendants", "in_reply_to_id", "uri",
    "hits", "objectID", "children", "comment_text", "story_id", "by", "kids", "_tags",
    "message", "created_time", "caption", "timestamp", "recommendation_type", "open_graph_story",
    "question_id", "answer_id", "comment_id", "post_id", "answers", "owner", "error_id", "filter",
    "kind", "children", "replies", "body", "body_html", "link_id", "things", "after", "json",
)  # fmt: skip
PIECES = (
    "null", "true", "-1", "1e999", '""', "[]", "{}", "[[[", "}}}", '"', "\\", "\\u0000", "<", ">",
    "&#0;", "&amp;", "\x00", "\ufffe", "9" * 30, "<!--", "]]>", "/*", "itemscope", "://[", "%",
)  # fmt: skip
