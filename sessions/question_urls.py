question_urls = []
