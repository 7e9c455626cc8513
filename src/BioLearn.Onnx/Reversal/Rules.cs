namespace BioLearn.Onnx.Reversal;

/// <summary>What computes the way back.</summary>
public enum ReversalExecutor
{
    /// <summary>This library's kernels, on the CPU: the same bits for every batch and number of threads.</summary>
    Kernels,

    /// <summary>
    /// ONNX Runtime on the device of the model, for the operators that ONNX has; unpooling and what happens at levels stay kernels
    /// between. Worth it with a GPU.
    /// </summary>
    OnnxRuntime,
}

/// <summary>How a current passes back through max-pooling.</summary>
public enum Unpooling
{
    /// <summary>
    /// Each value returns to the recorded position of its window's maximum. Where overlapping windows name the same position the
    /// last window in raster order wins, as in the notebooks (<c>unpool_indices</c>).
    /// </summary>
    Switches,

    /// <summary>As <see cref="Switches"/>, but colliding values are added: the true adjoint, equal to automatic differentiation.</summary>
    Sum,

    /// <summary>Nearest neighbour: each value fills a block as large as the stride; no recorded positions (<c>upsample</c>).</summary>
    Upsample,

    /// <summary>Each value goes to a random position of its window, last window wins; no recorded positions (<c>unpool_random</c>).</summary>
    Random,

    /// <summary>Each value is written to the whole window, later windows win; no recorded positions (<c>unpool_distributeall</c>).</summary>
    Distribute,
}

/// <summary>How a current passes back through ReLU, LeakyReLU and Clip.</summary>
public enum ReluRule
{
    /// <summary>Unchanged. The notebooks never gate by the forward activity.</summary>
    Linear,

    /// <summary>Only positive current passes (DeConvNet: Zeiler and Fergus 2014).</summary>
    Rectify,

    /// <summary>Current passes where the forward activation had a slope: the gradient (Simonyan 2013).</summary>
    ForwardMask,

    /// <summary>Both <see cref="Rectify"/> and <see cref="ForwardMask"/>: guided backpropagation (Springenberg 2014).</summary>
    Both,
}

/// <summary>Which spatial size a reversed convolution or pooling returns.</summary>
public enum ShapeMode
{
    /// <summary>The recorded size of the forward input, so that the image has the size of the input.</summary>
    Restore,

    /// <summary>
    /// (h-1)*stride + kernel - 2*padding, as in the notebooks: AlexNet returns 223x223 from 224x224. Not possible where branches meet.
    /// </summary>
    NotebookCrop,
}

/// <summary>Which branch of a residual addition carries the current.</summary>
public enum ResidualPath
{
    /// <summary>Both branches.</summary>
    Both,

    /// <summary>Only the branch with more weighted layers.</summary>
    Main,

    /// <summary>Only the branch with fewer weighted layers.</summary>
    Shortcut,
}

/// <summary>How a current passes back through global average pooling.</summary>
public enum GlobalPoolingRule
{
    /// <summary>The same share to every position: r/(H*W), the adjoint.</summary>
    Uniform,

    /// <summary>In proportion to the recorded activation of the channel; uniform where its sum is 0.</summary>
    Trace,
}

/// <summary>How a current passes back through an explicit BatchNormalization y = a*x + b.</summary>
public enum BatchNormRule
{
    /// <summary>Multiply by a, the adjoint: equal to folding the normalisation into its convolution.</summary>
    Scale,

    /// <summary>Undo the normalisation: (r - b)/a.</summary>
    Inverse,
}

/// <summary>How a current passes back through a gate y = g x, both factors of the image.</summary>
public enum GateRule
{
    /// <summary>Times the gate as the forward pass left it; what opened the gate gets none. At the recorded image y = g x is linear in x.</summary>
    Gain,

    /// <summary>Unchanged, to what is gated.</summary>
    Identity,

    /// <summary>To both factors, each times the other: the gradient.</summary>
    Jacobian,
}

/// <summary>
/// How a current passes back through a normalisation by the image's own statistics: local response normalisation y = x/D^beta, and layer,
/// instance and group normalisation y = (x - m)/s.
/// </summary>
public enum ResponseNormRule
{
    /// <summary>Divide by the recorded D^beta, or by the recorded deviation s.</summary>
    Gain,

    /// <summary>Unchanged.</summary>
    Identity,

    /// <summary>The full vector-Jacobian product, including the change of the statistics: the gradient.</summary>
    Jacobian,
}

/// <summary>How a current passes back through softmax.</summary>
public enum SoftmaxRule
{
    /// <summary>Unchanged: the cue acts on the logits.</summary>
    Identity,

    /// <summary>y*(r - sum(y*r)): the gradient.</summary>
    Jacobian,
}
