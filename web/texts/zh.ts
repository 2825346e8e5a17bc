import type { Texts } from './en.js'

/** The words of the page in Chinese. */
export const chinese: Texts = {
  page: {
    title: 'descent',
    language: '语言',
    theme: '页面颜色',
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
