import type { Texts } from './en.js'

/** The words of the page in Chinese. */
export const chinese: Texts = {
  page: {
    locale: 'zh-CN',
    title: 'descent',
    description: '画一个数字，看神经网络如何认出它，又如何学会它。',
    language: '语言',
    languageName: '中文',
    theme: '页面颜色',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    palette: '数值颜色',
    palettes: { 'blue-orange': '蓝与橙', 'green-red': '绿与红' },
    views: '视图',
    skip: '跳到视图',
    starting: '正在创建网络……',
    lost: '与服务器的连接已断开，页面正在重试。',
    ended: '如果服务器重新启动过，请打开它打印出的新地址。',
    watching: '另一个标签页正在控制网络，这一页只能观看。',
    takeOver: '由这一页控制',
    problem: '操作没有成功：',
    dismiss: '关闭',
    here: '在本页中',
    onServer: '在服务器上',
    speed: (examples: string) => `每秒 ${examples} 个样本`,
    shape: (layers: string, parameters: string) => `${layers}，${parameters} 个参数`,
    data: (name: string, training: string, test: string) => `${name}：${training} 个用于学习，${test} 个用于测试`,
  },

  transport: {
    title: '学习',
    play: '学习',
    pause: '暂停',
    step: '只学一个……',
    steps: { example: '样本', batch: '小批量', epoch: '轮' },
    pace: '速度',
    fullSpeed: '全速',
    batchesPerSecond: (batches: string) => `每秒 ${batches} 个小批量`,
    startOver: '从头开始',
    newNetwork: '新建网络……',
    compare: '比较引擎',
    timeline: '时间轴：回到较早的时刻',
    start: '未训练',
    moment: (epoch: string, batches: string) => `第 ${epoch} 轮，${batches} 个小批量之后`,
    position: (epoch: string, done: string, rows: string) => `第 ${epoch} 轮：${done} / ${rows}`,
    phases: { idle: '可以开始学习', learning: '学习中', paused: '已暂停', finished: '已结束' },
  },

  newNetwork: {
    title: '新建网络',
    sentence: '它从随机权重开始，什么都还没有学过。',
    hidden: '隐藏层的神经元数',
    hiddenHint: '例如 30，或 100 30',
    activation: '隐藏层激活函数',
    output: '输出层激活函数',
    cost: '代价函数',
    seed: '随机种子',
    learningRate: '学习率',
    batchSize: '小批量大小',
    epochs: '轮数',
    l2: 'L2 惩罚',
    shuffledLabels: '打乱标签：除了噪声没有可学的东西',
    make: '创建',
    cancel: '取消',
    demo: '载入训练好的网络',
  },

  comparison: {
    title: '两个引擎，同一个网络',
    sentence: '两者用相同的样本、种子和设置学习，各自以最快速度进行。',
    start: '同时开始',
    end: '结束',
    starting: '本页的引擎正在启动……',
    speed: '每秒样本数',
    best: '最快',
    agree: (batches: string, difference: string) => `${batches} 个小批量之后，任何参数的差别都不超过 ${difference}。`,
    noMoment: '两者到达同一时刻后，才能判断它们的参数是否一致。',
    otherData: '页面可以自己画数字，但没有服务器上的数据。',
    notNew: '服务器上的网络不是由页面也能使用的设置创建的。',
  },

  draw: {
    title: '手写识别',
    sentence: '画一个数字：网络看到 784 个像素，十个输出中最亮的一个就是它的答案。',
  },

  neurons: {
    title: '神经元在找什么',
    sentence: '每张图是一个隐藏神经元学会寻找的图案：蓝色像素支持它，橙色像素反对它。',
  },

  learning: {
    title: '观看学习',
    sentence: '每个小批量都让所有权重向下坡走一小步，于是代价下降，图案逐渐成形。',
  },

  mistakes: {
    title: '最严重的错误',
    sentence: '每个格子统计某个数字被误认成另一个数字的次数：点开格子查看这些图片。',
  },

  downhill: {
    title: '下坡',
    sentence: '梯度下降就像一个小球沿着代价的斜坡滚下去。',
  },

  settling: {
    title: '趋于稳定',
    sentence: '找到规律的网络，权重移动得越来越少；没有规律可循，它就不会稳定下来。',
  },

  backpropagation: {
    title: '反向传播',
    sentence: '输出端的误差沿网络反向传播，告诉每个权重应该怎样改变。',
  },

  plane: {
    title: '两个输入',
    sentence: '只有两个输入时，网络知道的一切都看得见：它在哪里划分两个类别。',
  },

  perceptron: {
    title: '感知器',
    sentence: '感知器权衡支持与反对的理由，再把总和与阈值比较。',
  },
}
