using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

public class RecollectionNameTests
{
    [Theory]
    [InlineData("Berkeley.jpg_general_class_Pos_PosConv_Norm_0_NoTakePos_normalize_rescale_std_unpool_indices_normalize.png")]
    [InlineData("Cat_word.png_last_layer_Neg_NegConv_Unnorm_1_TakePos_normalize_std_unpool_random_reverse_transform.png")]
    [InlineData("1_random_last_Pos_PosConv_Norm_0_NoTakePos_normalize_minmax_01_05_upsample_normalize_std_norescale.png")]
    [InlineData("kitten.jpg_zero_neuron_Pos_NegConv_Norm_0_NoTakePos_normalize_minmax_01_05_rescale_unpool_distributeall_normalize.png")]
    [InlineData("a_b.png_rand3_Pos_NegConv_Norm_0_NoTakePos_normalize_std_global_unpool_sum_normalize.png")]
    [InlineData("best_learned_rot.png_source9_Neg_NegConv_Unnorm_0_NoTakePos_normalize_std_normalize_image_minmax_norescale.png")]
    [InlineData("overfit_rot.png_random_neuron_Neg_NegConv_Norm_0_NoTakePos_normalize_minmax_local_normalize_image_minmax_norescale.png")]
    [InlineData("3_Berkeley.jpg_source10_Neg_NegConv_Unnorm_0_NoTakePos_normalize_minmax_normalize_sparseall_True_0.05.png")]
    [InlineData("Berkeley.jpg_source7_Neg_NegConv_Unnorm_0_NoTakePos_normalize_minmax_normalize_sparseall_False_10.png")]
    [InlineData("Berkeley.jpg_source8_Neg_NegConv_Unnorm_0_NoTakePos_normalize_minmax_normalize__True_0.5.png")]
    [InlineData("Berkeley.jpg_class_unit12_Pos_PosConv_Norm_0_NoTakePos_normalize_std_normalize_std_norescale.png")]
    public void Name_read_and_printed_is_the_same(string name) => Assert.Equal(name, RecollectionName.Parse(name).ToString());

    [Fact]
    public void Name_of_the_max_pool_notebook_gives_every_option()
    {
        RecollectionName name = RecollectionName.Parse(
            "/pictures/Cat_word.png_source7_Pos_NegConv_Norm_1_TakePos_normalize_minmax_local_unpool_random_reverse_transform.png");
        Assert.Equal(NotebookGrammar.MaxPool, name.Grammar);
        Assert.Equal("Cat_word.png", name.Image);
        Assert.Equal(Cue.Stored(7), name.Cue);
        Assert.Equal(
            new RecollectionOptions
            {
                RectifyDense = true,
                RectifyConvolution = false,
                Normalization = CurrentNormalization.MinMaxLocal,
                WinnerTakesAll = true,
                TakePositive = true,
                Unpooling = Unpooling.Random,
                Display = DisplayMode.ReverseTransform,
                Shape = ShapeMode.NotebookCrop,
                Dialect = NotebookDialect.MaxPool,
            },
            name.Options);
    }

    [Fact]
    public void Names_of_sparse_notebooks_give_share_and_checkpoint()
    {
        RecollectionName all = RecollectionName.Parse("best_learned_x.png_source9_Neg_NegConv_Unnorm_0_NoTakePos_normalize_std_normalize_sparseall_True_0.5");
        Assert.Equal(("best_learned", "x.png", NotebookGrammar.SparseAll), (all.Checkpoint, all.Image, all.Grammar));
        Assert.Equal(Cue.SparseStored(9, 0.5), all.Cue);
        Assert.Equal(NotebookDialect.ConvPool, all.Options.Dialect);
        RecollectionName channel = RecollectionName.Parse("x.png_source9_Neg_NegConv_Unnorm_0_NoTakePos_normalize_std_normalize__True_10.png");
        Assert.Equal(Cue.SparseStored(9, 10, perChannel: true), channel.Cue);
    }

    [Fact]
    public void Method_of_unnormalised_names_is_kept_but_has_no_effect()
    {
        RecollectionName name = RecollectionName.Parse("x_general_class_Neg_NegConv_Unnorm_0_NoTakePos_normalize_minmax_unpool_indices_normalize");
        Assert.Equal(CurrentNormalization.None, name.Options.Normalization);
        Assert.Equal("normalize_minmax", name.MethodToken);
    }

    [Theory]
    [InlineData("kitten.jpg")]
    [InlineData("x_general_class_Maybe_PosConv_Norm_0_NoTakePos_normalize_std_unpool_indices_normalize.png")]
    [InlineData("x_source0_Pos_PosConv_Norm_0_NoTakePos_normalize_std_unpool_indices_normalize.png")]
    [InlineData("x_source7_Pos_PosConv_Norm_0_NoTakePos_normalize_std_unpool_indices_normalize_sparseall_True_5.png")]
    public void Other_names_are_refused_with_their_text(string name) =>
        Assert.Contains(name.Contains("source0", StringComparison.Ordinal) ? "source0" : name, Assert.Throws<FormatException>(() => RecollectionName.Parse(name)).Message, StringComparison.Ordinal);
}
